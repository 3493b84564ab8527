package dev.memberproxy.core;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Sentry's id of a membership: not the id of the person's account, and never given again
 * to anybody else.
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

	/**
	 * Reads an id.
	 * @param text any text
	 * @return the id, or empty if it is none
	 */
	public static Optional<MemberId> find(String text) {
		return DIGITS.matcher(text).matches() ? Optional.of(new MemberId(text)) : Optional.empty();
	}

	@Override
	public String toString() {
		return this.value;
	}

}
