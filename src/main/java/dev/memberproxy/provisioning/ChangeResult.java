package dev.memberproxy.provisioning;

import dev.memberproxy.core.Ids;
import dev.memberproxy.sentry.Failure;
import dev.memberproxy.sentry.Member;
import org.jspecify.annotations.Nullable;

/** The result of a command that can change something. */
public sealed interface ChangeResult
		permits ChangeResult.Confirmed, ChangeResult.AlreadyExists, ChangeResult.Unknown, Stopped {

	/**
	 * The member is as requested, or would be.
	 *
	 * @param outcome what was done, or would be done by a dry run
	 * @param member the member; null if a dry run would create it
	 * @param hidden whether Sentry does not list the new member, because the person had
	 * requested to join
	 */
	record Confirmed(Outcome outcome, @Nullable Member member, boolean hidden) implements ChangeResult {

		static Confirmed of(Outcome outcome, @Nullable Member member) {
			return new Confirmed(outcome, member, false);
		}

	}

	/**
	 * The person is a member already, and not as requested. Nothing was changed.
	 *
	 * @param refusal how Sentry refused to create the member; null if it was not asked to
	 * @param existing the member, if it was found and the client may read it
	 */
	record AlreadyExists(Failure.@Nullable Refusal refusal, @Nullable Member existing) implements ChangeResult {

		/**
		 * What happened, for the log.
		 * @return one sentence
		 */
		public String diagnosis() {
			return (this.refusal != null) ? this.refusal.diagnosis() : "Sentry knows a member.";
		}

	}

	/**
	 * Sentry may have made the change, or may still make it.
	 *
	 * @param cause the attempt of unknown outcome
	 * @param reason why reconciliation did not help
	 * @param explanation the reason in words, for the log
	 */
	record Unknown(Failure.Ambiguous cause, UnknownReason reason, String explanation) implements ChangeResult {

		/**
		 * What happened, for the log.
		 * @return two or more sentences
		 */
		public String diagnosis() {
			return this.cause.diagnosis() + " " + this.explanation;
		}

	}

	/** What was done, as the header {@code Members-Outcome} reports it. */
	enum Outcome {

		/** Sentry confirmed the new member. */
		CREATED,

		/**
		 * After an attempt of unknown outcome, the person is a member with the requested
		 * role. It is not known whether this request made it so.
		 */
		RECONCILED,

		/** The member has a new role. */
		UPDATED,

		/** The member was as requested already. */
		UNCHANGED,

		/** The member is deleted. */
		DELETED,

		/** A dry run: the member would be created. */
		WOULD_CREATE,

		/** A dry run: the role would be changed. */
		WOULD_UPDATE,

		/** A dry run: the member would be deleted. */
		WOULD_DELETE;

		/**
		 * Whether nothing was changed on purpose.
		 * @return true for the outcomes of dry runs
		 */
		public boolean isDryRun() {
			return this == WOULD_CREATE || this == WOULD_UPDATE || this == WOULD_DELETE;
		}

		/**
		 * The outcome in the header and in audit lines.
		 * @return lower-case words joined by hyphens
		 */
		public String id() {
			return Ids.kebab(this);
		}

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
