package dev.memberproxy.sentry;

import java.util.List;

/**
 * The result of a search by address. Sentry also matches secondary and unverified
 * addresses of accounts: only a member whose own address is the same is a hit. Sentry
 * does not list requests to join and inactive accounts.
 * <p>
 * See docs/sentry-scim-contract.md, sections 9 and 16.
 *
 * @param hits the members with the address, usually none or one
 * @param matchesOtherAddress whether Sentry matched members with another address
 */
public record Lookup(List<Member> hits, boolean matchesOtherAddress) {

	public Lookup {
		hits = List.copyOf(hits);
	}

}
