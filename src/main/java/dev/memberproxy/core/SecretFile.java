package dev.memberproxy.core;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * A file whose content is one secret, optionally followed by line breaks. The path is
 * never shown, because the secret itself may have been configured as the path.
 */
public final class SecretFile {

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
	 * A file that may not exist yet.
	 * @param property the property that the path comes from
	 * @param secret the kind of secret, for messages
	 * @throws InvalidConfigurationException if no file can have that path
	 */
	public static SecretFile of(String property, String path, String secret) {
		try {
			return new SecretFile(property, Path.of(path).toAbsolutePath(), secret);
		}
		catch (InvalidPathException ex) {
			throw missing(property);
		}
	}

	public String property() {
		return this.property;
	}

	/** Whether it can be read more than once. A pipe cannot: a second read may block. */
	public boolean isRereadable() {
		return Files.isRegularFile(this.path);
	}

	/**
	 * Reads the secret.
	 * @return at most 8 KiB of text, without line breaks at the end
	 * @throws InvalidConfigurationException if the file cannot be read or is empty
	 */
	public String read() {
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

	/** By the byte order mark, else by the zero byte of the first character. */
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
						"Name a file. Docker creates an empty directory if a file to mount does not exist.");
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
