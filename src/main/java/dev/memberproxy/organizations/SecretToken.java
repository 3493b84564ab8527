package dev.memberproxy.organizations;

import java.util.Optional;
import java.util.regex.Pattern;

import dev.memberproxy.core.InvalidConfigurationException;
import dev.memberproxy.core.SecretFile;

/**
 * An organization's token for Sentry. Only the code that writes the request to Sentry
 * reads its text.
 */
public final class SecretToken {

	private static final int MAX_LENGTH = 4096;

	/** Anything that a header can carry; wider than RFC 6750 section 2.1. */
	private static final Pattern WELL_FORMED = Pattern.compile("[\\x21-\\x7e]+");

	private final String value;

	private SecretToken(String value) {
		this.value = value;
	}

	/**
	 * Accepts any text: Spring Boot prints the value of a property whose conversion
	 * fails. See {@link #findFault()}.
	 */
	public static SecretToken of(String value) {
		return new SecretToken(value);
	}

	/**
	 * Reads a well-formed token.
	 * @throws InvalidConfigurationException if the file does not contain one
	 */
	static SecretToken read(SecretFile file) {
		SecretToken token = of(file.read());
		token.findFault().ifPresent((fault) -> {
			throw new InvalidConfigurationException(file.property(), "names a file whose content " + fault,
					"Write the token into the file as Sentry shows it, on one line, without quotes.");
		});
		return token;
	}

	/** The reason why the text is no token, as the end of a sentence without the text. */
	Optional<String> findFault() {
		if (this.value.length() > MAX_LENGTH) {
			return Optional.of("is longer than " + MAX_LENGTH + " characters");
		}
		if (!WELL_FORMED.matcher(this.value).matches()) {
			return Optional.of("contains blanks, line breaks or characters that are not ASCII");
		}
		return Optional.empty();
	}

	boolean isEmpty() {
		return this.value.isEmpty();
	}

	boolean hasSameText(SecretToken other) {
		return this.value.equals(other.value);
	}

	/** The token in clear text. Callers must not log or store it. */
	public String reveal() {
		return this.value;
	}

	@Override
	public String toString() {
		return "***";
	}

}
