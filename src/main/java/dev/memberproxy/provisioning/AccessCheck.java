package dev.memberproxy.provisioning;

import java.util.Optional;

import dev.memberproxy.sentry.Member;

/**
 * Decides whether a command may go on, once the member that it is about is known.
 */
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
	Optional<Denial> check(Member member);

	/** Why an access is denied. */
	enum Denial {

		/** The client may not know that there is such a member: wrong e-mail domain. */
		DOMAIN_HIDDEN("There is one, but its address is not of a domain that the client may access."),

		/** The client may not know that there is such a member: wrong role. */
		ROLE_HIDDEN("There is one, but its role is not among those that the client may replace."),

		/** The client may not replace the role of the member. */
		ROLE("The client may not replace the role of the member."),

		/** The client may not change the role of existing members. */
		UPDATE_ROLE("The client may not change the role of a member."),

		/** No client may change or delete an owner. */
		OWNER("The member is an owner.");

		private final String diagnosis;

		Denial(String diagnosis) {
			this.diagnosis = diagnosis;
		}

		/**
		 * The reason, for the log.
		 * @return one sentence
		 */
		public String diagnosis() {
			return this.diagnosis;
		}

	}

}
