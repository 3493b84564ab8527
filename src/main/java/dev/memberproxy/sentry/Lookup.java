package dev.memberproxy.sentry;

import java.util.List;

/**
 * What one search for the member with an address found. Sentry also matches secondary and
 * unverified addresses of accounts; only a member whose own address is the same counts as
 * a hit.
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
	 *
	 * @param underOtherAddress whether Sentry matched members whose own address is
	 * another one
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
