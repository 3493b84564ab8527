package dev.memberproxy.core;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * The largest permitted size of a body.
 *
 * @param bytes the size
 */
public record ByteLimit(int bytes) {

	/** Almost every body is smaller than twice this size. */
	private static final int INITIAL_BYTES = 512;

	/**
	 * Reads a body, at most one byte more than permitted: see
	 * {@link #isExceededBy(byte[])}.
	 * @throws IOException if the body ends early
	 */
	public byte[] read(InputStream body) throws IOException {
		int limit = this.bytes + 1;
		// readNBytes(int) allocates 16 KiB, which was 30 % of what a request allocates.
		byte[] bytes = new byte[Math.min(INITIAL_BYTES, limit)];
		int length = body.readNBytes(bytes, 0, bytes.length);
		while (length == bytes.length && length < limit) {
			bytes = Arrays.copyOf(bytes, Math.min(2 * length, limit));
			length += body.readNBytes(bytes, length, bytes.length - length);
		}
		return (length == bytes.length) ? bytes : Arrays.copyOf(bytes, length);
	}

	/** Whether the body that was read is too large. */
	public boolean isExceededBy(byte[] body) {
		return body.length > this.bytes;
	}

}
