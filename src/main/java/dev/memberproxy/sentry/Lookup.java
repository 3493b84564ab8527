package dev.memberproxy.sentry;

import java.util.List;

/**
 * The result of a search by address. Sentry also matches secondary and unverified
 * addresses of accounts. Only a member whose own address is the same is a hit.
 */
public sealed interface Lookup {

	/**
	 * Exactly one member has the address.
	 *
	 * @param member the member
	 */
	record Hit(Member member) implements Lookup {
	}

	/**
	 * Sentry lists no such member. It does not list requests to join and inactive
	 * accounts.
	 *
	 * @param underOtherAddress whether Sentry matched members with another address of
	 * their own
	 */
	record NoHit(boolean underOtherAddress) implements Lookup {
	}

	/**
	 * More than one member has the address.
	 *
	 * @param members the members
	 */
	record SeveralHits(List<Member> members) implements Lookup {

		public SeveralHits {
			members = List.copyOf(members);
		}

	}

}
