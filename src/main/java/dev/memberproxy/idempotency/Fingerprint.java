package dev.memberproxy.idempotency;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Identifies what a request asks for. A digest, so that the store holds no content of the
 * request.
 *
 * @param value SHA-256 in hexadecimal digits
 */
public record Fingerprint(String value) {

	/**
	 * The fingerprint of a request.
	 * @param parts everything that makes requests differ, in a fixed order
	 * @return the fingerprint
	 */
	public static Fingerprint of(String... parts) {
		MessageDigest digest = sha256();
		for (String part : parts) {
			byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
			// With its length: "a", "bc" must differ from "ab", "c".
			digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
			digest.update(bytes);
		}
		return new Fingerprint(HexFormat.of().formatHex(digest.digest()));
	}

	private static MessageDigest sha256() {
		try {
			return MessageDigest.getInstance("SHA-256");
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every Java platform has SHA-256", ex);
		}
	}

}
