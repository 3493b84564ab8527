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

	/** Almost every body, of a caller's or of Sentry's, is smaller. */
	private static final int USUAL = 2048;

	/**
	 * Reads a body, and no more of it than shows that it is too large. What it says of
	 * its own length is not relied on.
	 * @param body the body
	 * @return what was read, to be asked about with {@link #isExceededBy(byte[])}
	 * @throws IOException if it breaks off
	 */
	public byte[] read(InputStream body) throws IOException {
		// Asked for more, the stream takes and clears 16 KiB at once.
		byte[] start = body.readNBytes(Math.min(USUAL, this.bytes + 1));
		if (start.length < USUAL) {
			return start;
		}
		byte[] rest = body.readNBytes(this.bytes + 1 - start.length);
		byte[] whole = Arrays.copyOf(start, start.length + rest.length);
		System.arraycopy(rest, 0, whole, start.length, rest.length);
		return whole;
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
