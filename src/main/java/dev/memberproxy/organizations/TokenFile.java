package dev.memberproxy.organizations;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * A file that holds a token and nothing else, but for a line break at the end. The path
 * is never shown: somebody may have put the token itself there.
 */
final class TokenFile {

	private static final int MAX_BYTES = 8192;

	private final String property;

	private final Path path;

	private TokenFile(String property, Path path) {
		this.property = property;
		this.path = path;
	}

	/**
	 * Names the file, which need not exist.
	 * @param property the property that the path comes from
	 * @param file the path
	 * @return the file
	 */
	static TokenFile of(String property, String file) {
		try {
			return new TokenFile(property, Path.of(file).toAbsolutePath());
		}
		catch (InvalidPathException ex) {
			throw missing(property);
		}
	}

	String property() {
		return this.property;
	}

	/**
	 * The directory that the file stands in by its configured path. Where the file is a
	 * link, this is where Kubernetes swaps what it leads to.
	 * @return the directory
	 */
	Path directory() {
		return this.path.resolveSibling("");
	}

	/**
	 * Whether it makes sense to read it again; a pipe gives its content only once, and
	 * whoever opens it again may wait for ever.
	 */
	boolean isLasting() {
		return Files.isRegularFile(this.path);
	}

	/**
	 * Reads the token.
	 * @return the token, well-formed
	 * @throws InvalidConfigurationException if the file holds none
	 */
	SecretToken read() {
		SecretToken token = SecretToken.of(content().replaceFirst("[\\r\\n]+$", ""));
		if (token.isEmpty()) {
			throw new InvalidConfigurationException(this.property, "names an empty file",
					"Write the organization's token into the file, on one line.");
		}
		token.findFault().ifPresent((fault) -> {
			throw new InvalidConfigurationException(this.property, "names a file whose content " + fault,
					"Write the token into the file as Sentry shows it, on one line, without quotes.");
		});
		return token;
	}

	private String content() {
		try {
			if (Files.isDirectory(this.path)) {
				throw new InvalidConfigurationException(this.property, "names a directory",
						"Name a file. Docker makes an empty directory where a file to mount does not exist.");
			}
			try (InputStream in = Files.newInputStream(this.path)) {
				return new String(in.readNBytes(MAX_BYTES), StandardCharsets.UTF_8);
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
