package dev.memberproxy.fakesentry;

import dev.memberproxy.core.Ids;
import java.util.Arrays;
import java.util.Optional;

/**
 * Addresses that make the fake Sentry behave in a certain way when a member is created.
 * The part before the {@code @} counts, at any domain.
 */
enum MagicAddress {

	/** Somebody who has signed in before. */
	JOINED("The person is a member already: Sentry answers 409."),

	/** Somebody who was provisioned but has not signed in. */
	INVITED("The person is invited already: Sentry answers 400 with JSON inside a text."),

	/** Somebody who wants to join and waits for approval. */
	REQUESTED("The person has asked to join as a member: Sentry takes that up, but fails with any other role."),

	/** Somebody who is a member already, under the first address of the account. */
	SECOND("The person is a member under the address first@: Sentry answers 409."),

	/** The limiter steps in before anything happens. */
	RATE_LIMITED("Sentry answers 429 the first time, and wants two seconds of peace."),

	/** The answer comes after the caller has given up. */
	SLOW("Sentry creates the member, but too late for anybody to wait for the answer."),

	/** The web server in front of Sentry has nobody to pass the request on to. */
	BROKEN("Nothing is created, and a 502 page in HTML comes back."),

	/** The change is made, the answer lost. */
	DROPPED("Sentry creates the member, but the connection breaks before the answer.");

	private final String description;

	MagicAddress(String description) {
		this.description = description;
	}

	/**
	 * What comes before the {@code @}.
	 * @return lower-case words joined by hyphens
	 */
	String localPart() {
		return Ids.kebab(this);
	}

	/**
	 * What happens, for people who try it out.
	 * @return one sentence
	 */
	String description() {
		return this.description;
	}

	static Optional<MagicAddress> find(String userName) {
		String localPart = userName.substring(0, Math.max(0, userName.lastIndexOf('@')));
		return Arrays.stream(values()).filter((address) -> address.localPart().equalsIgnoreCase(localPart)).findFirst();
	}

}
