package dev.memberproxy.provisioning;

import java.time.Duration;
import java.util.List;

import dev.memberproxy.sentry.Failure;
import dev.memberproxy.sentry.Lookup;
import dev.memberproxy.sentry.Member;
import dev.memberproxy.sentry.MemberPage;
import org.jspecify.annotations.Nullable;

/**
 * The result of a command. Changes and reads have results of their own; what can stop
 * both is a {@link Stopped}.
 */
public sealed interface MemberResult {

	/** The result of a command that can change something. */
	sealed interface OfChange extends MemberResult {

	}

	/** The result of a command that only reads. */
	sealed interface OfRead extends MemberResult {

	}

	/** A change that is confirmed, or a dry run of one. */
	sealed interface Confirmed extends OfChange {

	}

	/** A read that found out what was requested. */
	sealed interface Answered extends OfRead {

	}

	/**
	 * Anything but a success. Nothing was changed, except perhaps if it is
	 * {@link Unknown}.
	 */
	sealed interface Unsuccessful extends MemberResult {

		/**
		 * What happened, for the log. Contains no text of Sentry's.
		 * @return one or more sentences
		 */
		String diagnosis();

	}

	/** A change that is not confirmed. */
	sealed interface Unconfirmed extends Unsuccessful, OfChange {

	}

	/** The result of looking for one member. */
	sealed interface Located extends OfRead {

	}

	/** Nothing was changed. Can end changes and reads. */
	sealed interface Stopped extends Unsuccessful, OfChange, Located {

	}

	/**
	 * Sentry confirmed the new member.
	 *
	 * @param member the member
	 * @param hidden whether Sentry does not list the member, because the person had
	 * requested to join
	 */
	record Created(Member member, boolean hidden) implements Confirmed {
	}

	/**
	 * After an attempt of unknown outcome, the person is a member with the requested
	 * role. It is not known whether this request made it so.
	 *
	 * @param member the member
	 */
	record Reconciled(Member member) implements Confirmed {
	}

	/**
	 * The member has a new role.
	 *
	 * @param member the member
	 */
	record Updated(Member member) implements Confirmed {
	}

	/**
	 * The member is as requested already.
	 *
	 * @param member the member
	 */
	record Unchanged(Member member) implements Confirmed {
	}

	/**
	 * The member is deleted.
	 *
	 * @param member the member as it was
	 */
	record Deleted(Member member) implements Confirmed {
	}

	/**
	 * What a dry run would do. Nothing was changed.
	 *
	 * @param change what would be sent to Sentry
	 * @param current the member as it is; null if there is none
	 */
	record Planned(PlannedChange change, @Nullable Member current) implements Confirmed {
	}

	/**
	 * The requested member.
	 *
	 * @param member the member
	 */
	record Found(Member member) implements Answered, Located {
	}

	/**
	 * The result of a search by address.
	 *
	 * @param lookup the result
	 */
	record Searched(Lookup lookup) implements Answered {
	}

	/**
	 * A page of the list of members.
	 *
	 * @param page the page
	 * @param startIndex the number of its first member, from 1
	 * @param count the largest number of members that was requested
	 */
	record Listed(MemberPage page, int startIndex, int count) implements Answered {
	}

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

	/** No member has the id, or Sentry lists none with the address. */
	record NotFound() implements Stopped {

		@Override
		public String diagnosis() {
			return "Sentry lists no such member.";
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

	/**
	 * The access check denied it.
	 *
	 * @param denial the reason
	 */
	record Denied(AccessCheck.Denial denial) implements Stopped {

		@Override
		public String diagnosis() {
			return this.denial.diagnosis();
		}

	}

	/**
	 * The person is a member already, and not as requested.
	 *
	 * @param refusal how Sentry refused to create the member; null if it was not asked to
	 * @param existing the member, as far as it was found and the caller may read it
	 */
	record AlreadyExists(Failure.@Nullable Refusal refusal, @Nullable Member existing) implements Unconfirmed {

		@Override
		public String diagnosis() {
			return (this.refusal != null) ? this.refusal.diagnosis() : "Sentry knows a member.";
		}

	}

	/** No member has the address, and it is too long for a new one. */
	record AddressTooLong() implements Unconfirmed {

		@Override
		public String diagnosis() {
			return "No member has the address, and it is too long for a new member.";
		}

	}

	/** Sentry left the member as it is, because it is an owner. */
	record OwnerUnchanged() implements Unconfirmed {

		@Override
		public String diagnosis() {
			return "The member is an owner.";
		}

	}

	/**
	 * Other changes for the same member took too long.
	 *
	 * @param retryAfter when the lock is likely to be free
	 */
	record Locked(Duration retryAfter) implements Unconfirmed {

		@Override
		public String diagnosis() {
			return "Other requests for the same person were in progress.";
		}

	}

	/**
	 * Sentry may have made the change, or may still make it.
	 *
	 * @param cause the attempt of unknown outcome
	 * @param reason why reconciliation did not help
	 * @param explanation the reason in words, for the log
	 */
	record Unknown(Failure.Ambiguous cause, UnknownReason reason, String explanation) implements Unconfirmed {

		@Override
		public String diagnosis() {
			return this.cause.diagnosis() + " " + this.explanation;
		}

	}

	/** What a dry run would send. */
	enum PlannedChange {

		/** Create the member. */
		CREATE,

		/** Change its role. */
		UPDATE_ROLE,

		/** Delete it. */
		DELETE

	}

	/** Why an outcome stayed unknown. */
	enum UnknownReason {

		/** Sentry did not respond in time, or there was no time to find out. */
		LATE,

		/** Sentry failed twice in its own code, and does not show the change. */
		FAILED_TWICE,

		/** What was found neither proves nor disproves the change. */
		INCONCLUSIVE

	}

}
