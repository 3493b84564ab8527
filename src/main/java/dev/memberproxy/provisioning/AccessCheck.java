package dev.memberproxy.provisioning;

import java.util.Optional;

import dev.memberproxy.sentry.Member;

/** Decides whether a command may go on, once the member that it is about is known. */
public interface AccessCheck {

	/**
	 * Whether the client may read members.
	 * @return false if the response must not describe an existing member
	 */
	boolean mayRead();

	/**
	 * Checks the access to a member.
	 * @param member the member as it is
	 * @return why the access is denied, or empty
	 */
	Optional<Stopped.Reason> check(Member member);

}
