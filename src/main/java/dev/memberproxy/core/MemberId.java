package dev.memberproxy.core;

import java.util.Optional;

/**
 * Sentry's id of a membership: not the id of the person's account, and never given again
 * to anybody else.
 *
 * @param value 1 to 19 decimal digits
 */
public record MemberId(String value) {

	private static final int MAX_DIGITS = 19;

	/**
	 * @throws IllegalArgumentException if the value is no id
	 */
	public MemberId {
		if (!isId(value)) {
			throw new IllegalArgumentException("An id has 1 to 19 digits");
		}
	}

	/**
	 * Reads an id.
	 * @param text any text
	 * @return the id, or empty if it is none
	 */
	public static Optional<MemberId> find(String text) {
		return isId(text) ? Optional.of(new MemberId(text)) : Optional.empty();
	}

	private static boolean isId(String text) {
		for (int i = 0; i < text.length(); i++) {
			if (text.charAt(i) < '0' || text.charAt(i) > '9') {
				return false;
			}
		}
		return !text.isEmpty() && text.length() <= MAX_DIGITS;
	}

	@Override
	public String toString() {
		return this.value;
	}

}
