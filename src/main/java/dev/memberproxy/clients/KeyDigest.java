package dev.memberproxy.clients;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The SHA-256 digest of a caller's key. A fast digest does: keys have 256 random bits, so
 * that there is nothing to guess.
 */
final class KeyDigest {

	private static final Pattern HEX = Pattern.compile("[0-9a-fA-F]{64}");

	private final byte[] bytes;

	private KeyDigest(byte[] bytes) {
		this.bytes = bytes;
	}

	/**
	 * Reads a digest as configured.
	 * @param text 64 hexadecimal digits
	 * @return the digest, or empty if it is none
	 */
	static Optional<KeyDigest> parse(String text) {
		return HEX.matcher(text).matches() ? Optional.of(new KeyDigest(HexFormat.of().parseHex(text)))
				: Optional.empty();
	}

	static KeyDigest of(String key) {
		try {
			return new KeyDigest(MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8)));
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every Java platform has SHA-256", ex);
		}
	}

	/** Takes the same time wherever the two differ. */
	boolean isSame(KeyDigest other) {
		return MessageDigest.isEqual(this.bytes, other.bytes);
	}

}
