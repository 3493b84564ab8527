package dev.memberproxy.provisioning;

import java.util.List;

import dev.memberproxy.sentry.Failure;
import dev.memberproxy.sentry.Member;

/** A command was stopped. Nothing was changed. */
public sealed interface Stopped extends ChangeResult, ReadResult {

	/**
	 * What happened, for the log. Contains no text of Sentry's.
	 * @return one or more sentences
	 */
	String diagnosis();

	/**
	 * Sentry refused the request, did not process it, or did not respond to a read.
	 *
	 * @param failure the last attempt that shows something
	 */
	record Failed(Failure failure) implements Stopped {

		@Override
		public String diagnosis() {
			return this.failure.diagnosis();
		}

	}

	/**
	 * This service rejected the command.
	 *
	 * @param reason the reason
	 */
	record Rejected(Reason reason) implements Stopped {

		@Override
		public String diagnosis() {
			return this.reason.diagnosis;
		}

	}

	/**
	 * Several members have the address.
	 *
	 * @param members the members
	 */
	record SeveralFound(List<Member> members) implements Stopped {

		public SeveralFound {
			members = List.copyOf(members);
		}

		@Override
		public String diagnosis() {
			return "Sentry lists several members with the address.";
		}

	}

	/** Why this service rejects a command. */
	enum Reason {

		/** No member has the id, or Sentry lists none with the address. */
		NOT_FOUND("Sentry lists no such member."),

		/** The client may not know that there is such a member. */
		DOMAIN_HIDDEN("The address of the member is not of a domain that the client may access."),

		/** The client may not know that there is such a member. */
		ROLE_HIDDEN("The role of the member is not among those that the client may replace."),

		/** The client may not replace the role of the member. */
		ROLE_PROTECTED("The client may not replace the role of the member."),

		/** The client may not change the role of existing members. */
		UPDATE_NOT_PERMITTED("The client may not change the role of a member."),

		/** No client may change or delete an owner. */
		OWNER("The member is an owner."),

		/** No member has the address, and it is too long for a new one. */
		ADDRESS_TOO_LONG("No member has the address, and it is too long for a new member."),

		/** Other changes for the same member took too long. */
		LOCKED("Other requests for the same person were in progress.");

		private final String diagnosis;

		Reason(String diagnosis) {
			this.diagnosis = diagnosis;
		}

	}

}
