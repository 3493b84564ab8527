package dev.memberproxy.provisioning;

import dev.memberproxy.sentry.Lookup;
import dev.memberproxy.sentry.Member;
import dev.memberproxy.sentry.MemberPage;

/** The result of a command that only reads. */
public sealed interface ReadResult permits ReadResult.Found, ReadResult.Searched, ReadResult.Listed, Stopped {

	/**
	 * The requested member.
	 *
	 * @param member the member
	 */
	record Found(Member member) implements ReadResult {
	}

	/**
	 * The result of a search by address.
	 *
	 * @param lookup the result
	 */
	record Searched(Lookup lookup) implements ReadResult {
	}

	/**
	 * A page of the list of members.
	 *
	 * @param page the page
	 * @param startIndex the number of its first member, from 1
	 * @param count the largest number of members that was requested
	 */
	record Listed(MemberPage page, int startIndex, int count) implements ReadResult {
	}

}
