package dev.memberproxy.core;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * How large a body may be.
 *
 * @param bytes the largest size that is taken
 */
public record ByteLimit(int bytes) {

	/** Almost every body, of a caller's or of Sentry's, is smaller than twice as much. */
	private static final int USUAL = 512;

	/**
	 * Reads a body, and no more of it than shows that it is too large. What it says of
	 * its own length is not relied on.
	 * @param body the body
	 * @return what was read, to be asked about with {@link #isExceededBy(byte[])}
	 * @throws IOException if it breaks off
	 */
	public byte[] read(InputStream body) throws IOException {
		int enough = this.bytes + 1;
		// readNBytes(int) and readAllBytes() take and clear 16 KiB at once.
		byte[] bytes = new byte[Math.min(USUAL, enough)];
		int length = body.readNBytes(bytes, 0, bytes.length);
		while (length == bytes.length && length < enough) {
			bytes = Arrays.copyOf(bytes, Math.min(2 * length, enough));
			length += body.readNBytes(bytes, length, bytes.length - length);
		}
		return (length == bytes.length) ? bytes : Arrays.copyOf(bytes, length);
	}

	/**
	 * Whether a body was too large.
	 * @param body as much as was read of it
	 * @return whether there is more than may be
	 */
	public boolean isExceededBy(byte[] body) {
		return body.length > this.bytes;
	}

}
