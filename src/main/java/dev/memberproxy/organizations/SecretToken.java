package dev.memberproxy.organizations;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * An organization's token for Sentry. Its text leaves this type in one place only, where
 * the request to Sentry is written.
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
	 * Takes any text. A conversion that refused some would make Spring Boot print the
	 * value of the property; {@link #findFault()} is asked afterwards.
	 * @param value the token
	 * @return the token
	 */
	public static SecretToken of(String value) {
		return new SecretToken(value);
	}

	/**
	 * Says what keeps the text from being a token.
	 * @return the end of a sentence, without the text; or empty if it can be a token
	 */
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

	/**
	 * The token itself. Whoever calls this answers for where it ends up.
	 * @return the token in clear text
	 */
	public String reveal() {
		return this.value;
	}

	@Override
	public String toString() {
		return "***";
	}

}
