package dev.memberproxy.organizations;

import dev.memberproxy.core.InvalidConfigurationException;

/** A file that holds a token and nothing else, but for a line break at the end. */
final class TokenFile {

	private final SecretFile file;

	private TokenFile(SecretFile file) {
		this.file = file;
	}

	/**
	 * Names the file, which need not exist.
	 * @param property the property that the path comes from
	 * @param path the path
	 * @return the file
	 */
	static TokenFile of(String property, String path) {
		return new TokenFile(SecretFile.of(property, path, "organization's token"));
	}

	String property() {
		return this.file.property();
	}

	/**
	 * Whether it makes sense to read it again; a pipe gives its content only once, and
	 * whoever opens it again may wait for ever.
	 */
	boolean isLasting() {
		return this.file.isLasting();
	}

	/**
	 * Reads the token.
	 * @return the token, well-formed
	 * @throws InvalidConfigurationException if the file holds none
	 */
	SecretToken read() {
		SecretToken token = SecretToken.of(this.file.read());
		token.findFault().ifPresent((fault) -> {
			throw new InvalidConfigurationException(property(), "names a file whose content " + fault,
					"Write the token into the file as Sentry shows it, on one line, without quotes.");
		});
		return token;
	}

}
