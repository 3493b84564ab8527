package dev.memberproxy.core;

import java.net.IDN;
import java.text.Normalizer;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The address of a person in its normal form: ASCII, lower case, without surrounding
 * spaces, the domain in A-label form. Two addresses belong to the same person exactly if
 * they are equal.
 * <p>
 * The form is narrower than RFC 5322: no quoted local part, no domain literal, a domain
 * of at least two labels, and no characters that are unsafe in the paths and filters of
 * SCIM (RFC 7644 section 3.4.2.2).
 *
 * @param value the address in normal form
 */
public record EmailAddress(String value) {

	/**
	 * Longest address that can receive mail, in characters (RFC 5321 section 4.5.3.1.3).
	 */
	public static final int MAX_LENGTH = 254;

	/**
	 * Longest address that Sentry accepts for a new member, in characters. Existing
	 * members may have longer ones.
	 */
	public static final int MAX_NEW_LENGTH = 75;

	/**
	 * RFC 5322 section 3.2.3, without {@code /} and {@code %}. Quantifiers are
	 * possessive, so that matching takes linear time.
	 */
	private static final Pattern LOCAL_PART = Pattern
		.compile("[a-z0-9!#$&'*+=?^_`{|}~-]++(?:\\.[a-z0-9!#$&'*+=?^_`{|}~-]++)*+");

	/** Labels of at most 63 characters (RFC 1035 section 2.3.4). */
	private static final String LABEL = "(?!-)[a-z0-9-]{1,63}+(?<!-)";

	/** At least two labels; the last one has at least two characters and a letter. */
	private static final Pattern DOMAIN = Pattern.compile("(?:" + LABEL + "\\.)++(?=..)(?![0-9-]++$)" + LABEL);

	private static final Pattern REJECTED = Pattern.compile("[/%,\"]");

	/**
	 * @throws IllegalArgumentException if the value is not an address in normal form; the
	 * message does not contain it
	 */
	public EmailAddress {
		findFault(value).ifPresent((fault) -> {
			throw new IllegalArgumentException(fault);
		});
	}

	/**
	 * Converts a text to normal form as far as possible. The result may still be no
	 * address: see {@link #findFault(String)}.
	 */
	public static String normalize(String text) {
		String trimmed = trimSpaces(text);
		int at = trimmed.lastIndexOf('@');
		if (at < 0 || trimmed.length() > 4 * MAX_LENGTH) {
			return lowerCaseAscii(trimmed);
		}
		return lowerCaseAscii(trimmed.substring(0, at + 1)) + normalizeDomain(trimmed.substring(at + 1));
	}

	/**
	 * Finds out why a text is no address.
	 * @param normalized a text as {@link #normalize(String)} returns it
	 * @return a message for the caller that does not contain the text, or empty if it is
	 * an address
	 */
	public static Optional<String> findFault(String normalized) {
		if (normalized.isEmpty()) {
			return Optional.of("must not be blank");
		}
		if (normalized.length() > MAX_LENGTH) {
			return Optional.of("must have at most " + MAX_LENGTH + " characters");
		}
		if (REJECTED.matcher(normalized).find()) {
			return Optional.of("must not contain '/', '%', ',' or '\"'");
		}
		int at = normalized.indexOf('@');
		if (at < 0 || at != normalized.lastIndexOf('@')) {
			return Optional.of("must have exactly one '@'");
		}
		if (!LOCAL_PART.matcher(normalized.substring(0, at)).matches()) {
			return Optional.of("must have a plain ASCII name before the '@', such as ada or ada.lovelace+sentry");
		}
		if (!DOMAIN.matcher(normalized.substring(at + 1)).matches()) {
			return Optional.of("must have a full domain after the '@', such as example.com"
					+ " (an international domain may have to be given in its xn-- form)");
		}
		return Optional.empty();
	}

	/**
	 * Finds out why a text cannot be the address of a new member.
	 * @param normalized a text as {@link #normalize(String)} returns it
	 * @return a message for the caller that does not contain the text, or empty if it can
	 */
	public static Optional<String> findFaultOfNew(String normalized) {
		return findFault(normalized).or(() -> (normalized.length() > MAX_NEW_LENGTH)
				? Optional.of("must have at most " + MAX_NEW_LENGTH + " characters for a new member")
				: Optional.empty());
	}

	private static String trimSpaces(String text) {
		int start = 0;
		int end = text.length();
		while (start < end && text.charAt(start) == ' ') {
			start++;
		}
		while (end > start && text.charAt(end - 1) == ' ') {
			end--;
		}
		return text.substring(start, end);
	}

	/** A letter such as the Kelvin sign must not become a {@code k}. */
	private static String lowerCaseAscii(String text) {
		return isAscii(text) ? text.toLowerCase(Locale.ROOT) : text;
	}

	private static String normalizeDomain(String domain) {
		if (isAscii(domain)) {
			return lowerCaseAscii(domain);
		}
		String composed = Normalizer.normalize(domain, Normalizer.Form.NFC);
		try {
			String ascii = lowerCaseAscii(IDN.toASCII(composed, IDN.USE_STD3_ASCII_RULES));
			// IDNA 2003 maps some letters to others ('ß' to "ss"), and so to another
			// domain. Only names that survive the round trip are converted.
			return IDN.toUnicode(ascii).equals(composed.toLowerCase(Locale.ROOT)) ? ascii : domain;
		}
		catch (IllegalArgumentException ex) {
			return domain;
		}
	}

	private static boolean isAscii(String text) {
		return text.chars().allMatch((c) -> c < 0x80);
	}

	/** Masked, because addresses are personal data. */
	@Override
	public String toString() {
		return "***" + this.value.substring(this.value.indexOf('@'));
	}

}
