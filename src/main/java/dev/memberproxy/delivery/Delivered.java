package dev.memberproxy.delivery;

import java.time.Duration;

import dev.memberproxy.sentry.Answer;
import dev.memberproxy.sentry.Member;

/**
 * What became of a request to give a person a seat, as far as it can be known.
 */
public sealed interface Delivered {

	/**
	 * Sentry confirmed the member.
	 *
	 * @param member the member
	 */
	record Created(Member member) implements Delivered {
	}

	/**
	 * After an attempt whose end was not seen, the person is a member with the role asked
	 * for. Whether by this request is not known.
	 *
	 * @param member the member as it was found
	 */
	record Reconciled(Member member) implements Delivered {
	}

	/** Anything but a success. */
	sealed interface Unconfirmed extends Delivered {

		/**
		 * What happened, for the log: our words, no text of Sentry's.
		 * @return one or more sentences
		 */
		String diagnosis();

	}

	/**
	 * Sentry refused, and nothing was done.
	 *
	 * @param refusal why
	 */
	record Refused(Answer.Refusal refusal) implements Unconfirmed {

		@Override
		public String diagnosis() {
			return this.refusal.diagnosis();
		}

	}

	/**
	 * Every attempt ended before Sentry processed it, and nothing was done.
	 *
	 * @param failure how the last attempt ended
	 */
	record NotProcessed(Answer.NotProcessed failure) implements Unconfirmed {

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
	 * @param doubt why looking for the member did not settle it
	 * @param why the same in words, for the log
	 */
	record Unknown(Answer.Ambiguous cause, Doubt doubt, String why) implements Unconfirmed {

		@Override
		public String diagnosis() {
			return this.cause.diagnosis() + " " + this.why;
		}

	}

	/** Why an outcome stayed unknown. */
	enum Doubt {

		/** Sentry did not answer in time, or no time was left to find out. */
		LATE,

		/**
		 * Sentry failed twice in its own code, and the member is not listed: so it fails
		 * when the person has asked to join with another role (contract section 2.3).
		 */
		OPEN_JOIN_REQUEST,

		/** What was found neither proves nor disproves it. */
		UNSETTLED

	}

}
