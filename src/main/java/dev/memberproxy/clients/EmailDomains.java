package dev.memberproxy.clients;

import java.util.List;
import java.util.Optional;

import dev.memberproxy.core.EmailAddress;

/**
 * The domains that a client may touch.
 *
 * @param patterns domains in normal form, exact, or below one where they begin with
 * {@code *.}; none for any domain
 */
public record EmailDomains(List<String> patterns) {

	private static final String BELOW = "*.";

	public EmailDomains {
		patterns = List.copyOf(patterns);
	}

	/**
	 * Brings a configured pattern into normal form.
	 * @param text the pattern as configured
	 * @return the pattern, or empty if it is none
	 */
	static Optional<String> normalize(String text) {
		String prefix = text.startsWith(BELOW) ? BELOW : "";
		// Whatever is the domain of an address is a domain.
		String address = EmailAddress.normalize("x@" + text.substring(prefix.length()));
		return EmailAddress.findFault(address).isEmpty() ? Optional.of(prefix + domain(address)) : Optional.empty();
	}

	boolean areLimited() {
		return !this.patterns.isEmpty();
	}

	boolean contain(EmailAddress address) {
		String domain = domain(address.value());
		return this.patterns.isEmpty() || this.patterns.stream().anyMatch((pattern) -> matches(pattern, domain));
	}

	private static boolean matches(String pattern, String domain) {
		return pattern.startsWith(BELOW) ? domain.endsWith(pattern.substring(1)) : domain.equals(pattern);
	}

	private static String domain(String address) {
		return address.substring(address.indexOf('@') + 1);
	}

}
