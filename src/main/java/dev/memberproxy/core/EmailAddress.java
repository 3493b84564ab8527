package dev.memberproxy.core;

import java.net.IDN;
import java.text.Normalizer;
import java.util.Locale;
import java.util.Optional;

/**
 * The address of a person in its normal form: ASCII, lower case, without surrounding
 * spaces, the domain in A-label form. Two addresses belong to the same person exactly if
 * they are equal here.
 * <p>
 * The form is narrower than RFC 5322: no quoted local part, no domain literal, a domain
 * of at least two labels, and none of the characters that do not travel safely through
 * the paths and filters of a SCIM service (RFC 7644 section 3.4.2.2).
 *
 * @param value the address in normal form
 */
public record EmailAddress(String value) {

	/**
	 * Longest address that can receive mail, in characters (RFC 5321 section 4.5.3.1.3).
	 */
	public static final int MAX_LENGTH = 254;

	/**
	 * Longest address that Sentry accepts for a new member, in characters. Members with
	 * longer ones exist: an account may have got one later.
	 */
	public static final int MAX_NEW_LENGTH = 75;

	/** Longest label of a domain, in characters (RFC 1035 section 2.3.4). */
	private static final int MAX_LABEL_LENGTH = 63;

	/** What RFC 5322 allows in an {@code atext}, less {@code /} and {@code %}. */
	private static final String ATOM_SYMBOLS = "!#$&'*+=?^_`{|}~-";

	private static final String REFUSED = "/%,\"";

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
	 * Brings a text into normal form as far as possible, without judging it: what cannot
	 * be normalized is left for {@link #findFault(String)} to refuse.
	 * @param text any text
	 * @return the text in normal form
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
	 * Says what keeps a text from being an address.
	 * @param normalized a text as {@link #normalize(String)} returns it
	 * @return a sentence for the caller that does not contain the text, or empty if it is
	 * an address
	 */
	public static Optional<String> findFault(String normalized) {
		if (normalized.isEmpty()) {
			return Optional.of("must not be blank");
		}
		if (normalized.length() > MAX_LENGTH) {
			return Optional.of("must have at most " + MAX_LENGTH + " characters");
		}
		if (holdsRefused(normalized)) {
			return Optional.of("must not contain '/', '%', ',' or '\"'");
		}
		int at = normalized.indexOf('@');
		if (at < 0 || at != normalized.lastIndexOf('@')) {
			return Optional.of("must have exactly one '@'");
		}
		if (!isDotAtom(normalized.substring(0, at))) {
			return Optional.of("must have a plain ASCII name before the '@', such as ada or ada.lovelace+sentry");
		}
		if (!isDomain(normalized.substring(at + 1))) {
			return Optional.of("must have a full domain after the '@', such as example.com"
					+ " (an international domain may have to be given in its xn-- form)");
		}
		return Optional.empty();
	}

	/**
	 * Says what keeps a text from being the address of a new member.
	 * @param normalized a text as {@link #normalize(String)} returns it
	 * @return a sentence for the caller that does not contain the text, or empty if a
	 * member can be created with it
	 */
	public static Optional<String> findFaultOfNew(String normalized) {
		return findFault(normalized).or(() -> (normalized.length() > MAX_NEW_LENGTH)
				? Optional.of("must have at most " + MAX_NEW_LENGTH + " characters for a new member")
				: Optional.empty());
	}

	private static boolean holdsRefused(String text) {
		for (int i = 0; i < REFUSED.length(); i++) {
			if (text.indexOf(REFUSED.charAt(i)) >= 0) {
				return true;
			}
		}
		return false;
	}

	/** RFC 5322 section 3.2.3: atoms with single dots between them. */
	private static boolean isDotAtom(String text) {
		boolean within = false;
		for (int i = 0; i < text.length(); i++) {
			char c = text.charAt(i);
			if (!isLetterOrDigit(c) && ATOM_SYMBOLS.indexOf(c) < 0 && !(c == '.' && within)) {
				return false;
			}
			within = c != '.';
		}
		return within;
	}

	/** At least two labels, of which the last is no number. */
	private static boolean isDomain(String text) {
		int start = 0;
		for (int dot = text.indexOf('.'); dot >= 0; dot = text.indexOf('.', start)) {
			if (!isLabel(text, start, dot)) {
				return false;
			}
			start = dot + 1;
		}
		return start > 0 && isLabel(text, start, text.length()) && isTopLevel(text, start);
	}

	private static boolean isLabel(String text, int start, int end) {
		if (start == end || end - start > MAX_LABEL_LENGTH || text.charAt(start) == '-'
				|| text.charAt(end - 1) == '-') {
			return false;
		}
		for (int i = start; i < end; i++) {
			if (!isLetterOrDigit(text.charAt(i)) && text.charAt(i) != '-') {
				return false;
			}
		}
		return true;
	}

	private static boolean isTopLevel(String text, int start) {
		boolean letter = false;
		for (int i = start; i < text.length(); i++) {
			letter |= isLetter(text.charAt(i));
		}
		return letter && text.length() - start > 1;
	}

	private static boolean isLetterOrDigit(char c) {
		return isLetter(c) || (c >= '0' && c <= '9');
	}

	private static boolean isLetter(char c) {
		return c >= 'a' && c <= 'z';
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

	/**
	 * Not {@link String#toLowerCase(Locale)}: that one turns the Kelvin sign into a
	 * {@code k}, and so another address into this one.
	 */
	private static String lowerCaseAscii(String text) {
		StringBuilder lower = new StringBuilder(text.length());
		for (int i = 0; i < text.length(); i++) {
			char c = text.charAt(i);
			lower.append((c >= 'A' && c <= 'Z') ? (char) (c + ('a' - 'A')) : c);
		}
		return lower.toString();
	}

	private static String normalizeDomain(String domain) {
		if (isAscii(domain)) {
			return lowerCaseAscii(domain);
		}
		String composed = Normalizer.normalize(domain, Normalizer.Form.NFC);
		try {
			String ascii = lowerCaseAscii(IDN.toASCII(composed, IDN.USE_STD3_ASCII_RULES));
			// IDNA 2003 maps some letters to others ('ß' to "ss", full-width to plain),
			// which can be somebody else's domain. Only what survives the way back is
			// taken; the rest stays as it is, is not ASCII, and is refused.
			return IDN.toUnicode(ascii).equals(composed.toLowerCase(Locale.ROOT)) ? ascii : domain;
		}
		catch (IllegalArgumentException ex) {
			return domain;
		}
	}

	private static boolean isAscii(String text) {
		for (int i = 0; i < text.length(); i++) {
			if (text.charAt(i) >= 0x80) {
				return false;
			}
		}
		return true;
	}

	/** Masked: addresses are personal data, and a log line is no place for them. */
	@Override
	public String toString() {
		return "***" + this.value.substring(this.value.indexOf('@'));
	}

}
