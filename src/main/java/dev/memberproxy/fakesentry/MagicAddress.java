package dev.memberproxy.fakesentry;

import dev.memberproxy.core.Ids;
import java.util.Arrays;
import java.util.Optional;

/**
 * Addresses that make the fake Sentry respond in a certain way when a member is created.
 * Only the part before the {@code @} counts.
 */
enum MagicAddress {

	JOINED("The person is already a member: Sentry responds with 409."),

	INVITED("The person is already invited: Sentry responds with 400 and JSON inside a text."),

	REQUESTED("The person has asked to join as a member: Sentry accepts that role, but fails with any other."),

	SECOND("The person is already a member under the address first@: Sentry responds with 409."),

	RATE_LIMITED("Sentry responds to the first request with 429, and resets the limit after 2 s."),

	/** The service stops waiting before the response arrives. */
	SLOW("Sentry creates the member, but responds after the timeout."),

	/** A response of the web server in front of Sentry. */
	BROKEN("Sentry creates nothing, and the response is a 502 page in HTML."),

	DROPPED("Sentry creates the member, but the connection breaks before the response.");

	private final String description;

	MagicAddress(String description) {
		this.description = description;
	}

	String localPart() {
		return Ids.kebab(this);
	}

	/** What happens, in one sentence for the demo's greeting. */
	String description() {
		return this.description;
	}

	static Optional<MagicAddress> find(String userName) {
		String localPart = userName.substring(0, Math.max(0, userName.lastIndexOf('@')));
		return Arrays.stream(values()).filter((address) -> address.localPart().equalsIgnoreCase(localPart)).findFirst();
	}

}
