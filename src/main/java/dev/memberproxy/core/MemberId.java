package dev.memberproxy.core;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Sentry's id of a membership. It is not the id of the person's account, and is never
 * reused.
 *
 * @param value 1 to 19 decimal digits
 */
public record MemberId(String value) {

	private static final Pattern DIGITS = Pattern.compile("[0-9]{1,19}");

	/**
	 * @throws IllegalArgumentException if the value is no id
	 */
	public MemberId {
		if (!DIGITS.matcher(value).matches()) {
			throw new IllegalArgumentException("An id has 1 to 19 digits");
		}
	}

	/** The id that a text is, or empty if it is none. */
	public static Optional<MemberId> find(String text) {
		return DIGITS.matcher(text).matches() ? Optional.of(new MemberId(text)) : Optional.empty();
	}

	@Override
	public String toString() {
		return this.value;
	}

}
