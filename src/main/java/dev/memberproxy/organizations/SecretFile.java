package dev.memberproxy.organizations;

import dev.memberproxy.core.InvalidConfigurationException;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * A file that holds a secret and nothing else, but for a line break at the end. The path
 * is never shown: somebody may have put the secret itself there.
 */
final class SecretFile {

	private static final int MAX_BYTES = 8192;

	private static final String BYTE_ORDER_MARK = "\uFEFF";

	private final String property;

	private final Path path;

	private final String secret;

	private SecretFile(String property, Path path, String secret) {
		this.property = property;
		this.path = path;
		this.secret = secret;
	}

	/**
	 * Names the file, which need not exist.
	 * @param property the property that the path comes from
	 * @param path the path
	 * @param secret what the file holds, for messages
	 * @return the file
	 */
	static SecretFile of(String property, String path, String secret) {
		try {
			return new SecretFile(property, Path.of(path).toAbsolutePath(), secret);
		}
		catch (InvalidPathException ex) {
			throw missing(property);
		}
	}

	String property() {
		return this.property;
	}

	boolean isLasting() {
		return Files.isRegularFile(this.path);
	}

	/**
	 * Reads the secret.
	 * @return at most 8 KiB of text, without line breaks at the end
	 * @throws InvalidConfigurationException if the file holds none
	 */
	String read() {
		byte[] bytes = bytes();
		if (isUtf16(bytes)) {
			throw new InvalidConfigurationException(this.property, "names a file in UTF-16",
					"Save the file as UTF-8. Windows PowerShell writes UTF-16 with >; use Set-Content -Encoding ascii.");
		}
		String text = new String(bytes, StandardCharsets.UTF_8);
		String secret = (text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text).replaceFirst("[\\r\\n]+$", "");
		if (secret.isEmpty()) {
			throw new InvalidConfigurationException(this.property, "names an empty file",
					"Write the " + this.secret + " into the file, on one line.");
		}
		return secret;
	}

	/** By its byte order mark, or, where it has none, by the zeros beside its letters. */
	private static boolean isUtf16(byte[] bytes) {
		if (bytes.length < 2) {
			return false;
		}
		int first = (bytes[0] & 0xFF) << 8 | (bytes[1] & 0xFF);
		return first == 0xFEFF || first == 0xFFFE || bytes[0] == 0 || bytes[1] == 0;
	}

	private byte[] bytes() {
		try {
			if (Files.isDirectory(this.path)) {
				throw new InvalidConfigurationException(this.property, "names a directory",
						"Name a file. Docker makes an empty directory where a file to mount does not exist.");
			}
			try (InputStream in = Files.newInputStream(this.path)) {
				return in.readNBytes(MAX_BYTES);
			}
		}
		catch (NoSuchFileException ex) {
			throw missing(this.property);
		}
		catch (IOException ex) {
			throw new InvalidConfigurationException(this.property, "names a file that cannot be read",
					"Let the user that this service runs as read the file.");
		}
	}

	private static InvalidConfigurationException missing(String property) {
		return new InvalidConfigurationException(property, "names a file that does not exist",
				"Create the file, or correct the path.");
	}

}
