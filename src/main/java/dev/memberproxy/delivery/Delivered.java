package dev.memberproxy.delivery;

import java.time.Duration;
import java.util.List;

import dev.memberproxy.sentry.Failure;
import dev.memberproxy.sentry.Lookup;
import dev.memberproxy.sentry.Member;
import dev.memberproxy.sentry.MemberPage;
import org.jspecify.annotations.Nullable;

/**
 * What became of a caller's request, as far as it can be known.
 */
public sealed interface Delivered {

	/** What ends well. */
	sealed interface Confirmed extends Delivered {

	}

	/**
	 * Sentry confirmed the new member.
	 *
	 * @param member the member
	 * @param hidden whether the member was looked for and is not listed: so it is where
	 * the person had asked to join
	 */
	record Created(Member member, boolean hidden) implements Confirmed {
	}

	/**
	 * After an attempt whose end was not seen, the person is a member with the role asked
	 * for. Whether by this request is not known.
	 *
	 * @param member the member as it was found
	 */
	record Reconciled(Member member) implements Confirmed {
	}

	/**
	 * The member has been given another role.
	 *
	 * @param member the member as it is now
	 */
	record Updated(Member member) implements Confirmed {
	}

	/**
	 * The member is as was asked for, and nothing was sent but the question.
	 *
	 * @param member the member
	 */
	record Unchanged(Member member) implements Confirmed {
	}

	/**
	 * The member is gone.
	 *
	 * @param member the member as it was
	 */
	record Deleted(Member member) implements Confirmed {
	}

	/**
	 * What a dry run would have done. Nothing was changed.
	 *
	 * @param change what would be sent to Sentry
	 * @param present the member as it is; null if there is none
	 */
	record Planned(Change change, @Nullable Member present) implements Confirmed {
	}

	/**
	 * The member that was asked about.
	 *
	 * @param member the member
	 */
	record Found(Member member) implements Confirmed {
	}

	/**
	 * What a search by address found.
	 *
	 * @param lookup what it found
	 */
	record Searched(Lookup lookup) implements Confirmed {
	}

	/**
	 * A part of the list of all members.
	 *
	 * @param page the part
	 */
	record Listed(MemberPage page) implements Confirmed {
	}

	/** Anything but a success. */
	sealed interface Unconfirmed extends Delivered {

		/**
		 * What happened, for the log: our words, no text of Sentry's.
		 * @return one or more sentences
		 */
		String diagnosis();

		/** Where nothing was changed, because it did not come to that. */
		static Unconfirmed of(Attempted.Missed<?> missed) {
			return switch (missed) {
				case Attempted.Failed<?>(Failure.Refusal refusal) -> new Refused(refusal, null);
				case Attempted.Failed<?>(Failure.NotProcessed failure) -> new NotProcessed(failure);
				case Attempted.Failed<?>(Failure.Ambiguous failure) -> new Unanswered(failure);
				case Attempted.Busy<?>(Duration retryAfter) ->
					new Busy(retryAfter, "The queue is longer than it can wait.");
				case Attempted.CircuitOpen<?> _ -> new CircuitOpen(OutageBreaker.PEACE);
			};
		}

	}

	/**
	 * Sentry refused, and nothing was done.
	 *
	 * @param refusal why
	 * @param existing the member that is in the way, where that is the reason and it was
	 * found
	 */
	record Refused(Failure.Refusal refusal, @Nullable Member existing) implements Unconfirmed {

		@Override
		public String diagnosis() {
			return this.refusal.diagnosis();
		}

	}

	/**
	 * The person has a seat already, and it is not the one asked for.
	 *
	 * @param existing the member; null if the person has the seat under another address
	 */
	record AlreadyThere(@Nullable Member existing) implements Unconfirmed {

		@Override
		public String diagnosis() {
			return "Sentry knows a member.";
		}

	}

	/** No member with this id is known, or none with this address is listed. */
	record NotFound() implements Unconfirmed {

		@Override
		public String diagnosis() {
			return "Sentry lists no such member.";
		}

	}

	/**
	 * Several members have the address, so that none can be picked.
	 *
	 * @param members the members
	 */
	record SeveralFound(List<Member> members) implements Unconfirmed {

		public SeveralFound {
			members = List.copyOf(members);
		}

		@Override
		public String diagnosis() {
			return "Sentry lists several members with the address.";
		}

	}

	/** Nobody has the address, and Sentry accepts none so long for a new member. */
	record TooLongToCreate() implements Unconfirmed {

		@Override
		public String diagnosis() {
			return "No member has the address, and it is too long for a new one.";
		}

	}

	/**
	 * Sentry left the member as it is, because it is an owner.
	 *
	 * @param member the member
	 */
	record Protected(Member member) implements Unconfirmed {

		@Override
		public String diagnosis() {
			return "The member is an owner.";
		}

	}

	/**
	 * Sentry failed to answer a question. Nothing was to be changed yet, and nothing was.
	 *
	 * @param failure how the last attempt ended
	 */
	record Unanswered(Failure.Ambiguous failure) implements Unconfirmed {

		@Override
		public String diagnosis() {
			return this.failure.diagnosis();
		}

	}

	/**
	 * Every attempt ended before Sentry processed it, and nothing was done.
	 *
	 * @param failure how the last attempt ended
	 */
	record NotProcessed(Failure.NotProcessed failure) implements Unconfirmed {

		@Override
		public String diagnosis() {
			return this.failure.diagnosis();
		}

	}

	/**
	 * Too many others wait. Nothing was done.
	 *
	 * @param retryAfter when there is likely to be room
	 * @param diagnosis what they wait for
	 */
	record Busy(Duration retryAfter, String diagnosis) implements Unconfirmed {
	}

	/**
	 * Sentry failed so often of late that it is left in peace. Nothing was done.
	 *
	 * @param retryAfter when it is tried again
	 */
	record CircuitOpen(Duration retryAfter) implements Unconfirmed {

		@Override
		public String diagnosis() {
			return "Sentry failed too often of late.";
		}

	}

	/**
	 * Sentry may or may not have done it, or may still do it.
	 *
	 * @param cause the attempt whose end was not seen
	 * @param doubt why looking did not settle it
	 * @param why the same in words, for the log
	 */
	record Unknown(Failure.Ambiguous cause, Doubt doubt, String why) implements Unconfirmed {

		@Override
		public String diagnosis() {
			return this.cause.diagnosis() + " " + this.why;
		}

	}

	/** What a dry run leaves out. */
	enum Change {

		/** To create the member. */
		CREATE,

		/** To give it another role. */
		UPDATE,

		/** To remove it. */
		DELETE

	}

	/** Why an outcome stayed unknown. */
	enum Doubt {

		/** Sentry did not answer in time, or no time was left to find out. */
		LATE,

		/**
		 * Sentry failed twice in its own code, and nothing is to be seen of the change.
		 */
		FAILED_TWICE,

		/** What was found neither proves nor disproves it. */
		UNSETTLED

	}

}
