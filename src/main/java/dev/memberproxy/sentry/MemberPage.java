package dev.memberproxy.sentry;

import java.util.List;

/**
 * A page of the list of all members (RFC 7644 section 3.4.2.4).
 *
 * @param members the members, in Sentry's order
 * @param total the number of all members
 */
public record MemberPage(List<Member> members, int total) {

	public MemberPage {
		members = List.copyOf(members);
	}

}
