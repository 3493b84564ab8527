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

	private TokenFile() {
	}

	static SecretToken read(String property, String file) {
		String content = content(property, file);
		SecretToken token = SecretToken.of(content.replaceFirst("[\\r\\n]+$", ""));
		if (token.isEmpty()) {
			throw new InvalidConfigurationException(property, "names an empty file",
					"Write the organization's token into the file, on one line.");
		}
		token.findFault().ifPresent((fault) -> {
			throw new InvalidConfigurationException(property, "names a file whose content " + fault,
					"Write the token into the file as Sentry shows it, on one line, without quotes.");
		});
		return token;
	}

	private static String content(String property, String file) {
		try {
			Path path = Path.of(file);
			if (Files.isDirectory(path)) {
				throw new InvalidConfigurationException(property, "names a directory",
						"Name a file. Docker makes an empty directory where a file to mount does not exist.");
			}
			try (InputStream in = Files.newInputStream(path)) {
				return new String(in.readNBytes(MAX_BYTES), StandardCharsets.UTF_8);
			}
		}
		catch (NoSuchFileException | InvalidPathException ex) {
			throw new InvalidConfigurationException(property, "names a file that does not exist",
					"Create the file, or correct the path.");
		}
		catch (IOException ex) {
			throw new InvalidConfigurationException(property, "names a file that cannot be read",
					"Let the user that this service runs as read the file.");
		}
	}

}
