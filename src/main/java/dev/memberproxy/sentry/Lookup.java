package dev.memberproxy.sentry;

/**
 * What came of one search for the member with an address. Sentry also matches secondary
 * and unverified addresses of accounts (contract section 3.1); only a member whose own
 * address is the same counts as a hit.
 */
public sealed interface Lookup {

	/**
	 * There is exactly one such member.
	 *
	 * @param member the member
	 */
	record Hit(Member member) implements Lookup {
	}

	/**
	 * No such member is listed. That proves nothing about open requests to join and
	 * inactive accounts, which Sentry does not list.
	 */
	record NoHit() implements Lookup {
	}

	/** More than one member has the address. */
	record SeveralHits() implements Lookup {
	}

	/**
	 * The search itself did not work.
	 *
	 * @param failure why not
	 */
	record Failed(Answer.Failure failure) implements Lookup {
	}

}
