package dev.memberproxy.sentry;

import java.util.List;

/**
 * A part of the list of all members (RFC 7644 section 3.4.2.4).
 *
 * @param members the members of this page, in Sentry's order
 * @param total how many members there are in all
 */
public record MemberPage(List<Member> members, int total) {

	public MemberPage {
		members = List.copyOf(members);
	}

}
