package dev.memberproxy.provisioning;

import dev.memberproxy.provisioning.ChangeResult.Confirmed;
import dev.memberproxy.sentry.Failure;
import dev.memberproxy.sentry.Failure.NotProcessed;
import dev.memberproxy.sentry.Failure.NotProcessedReason;

/** What a lookup shows of a change of unknown outcome. */
sealed interface LookupVerdict {

	/**
	 * Everything is as requested.
	 *
	 * @param result the result of the request
	 */
	record AsRequested(Confirmed result) implements LookupVerdict {
	}

	/** The change is not visible. */
	record NotVisible() implements LookupVerdict {
	}

	/**
	 * The lookup neither proves nor disproves the change.
	 *
	 * @param explanation the reason, for the log
	 */
	record Inconclusive(String explanation) implements LookupVerdict {

		/** The lookup itself failed. */
		static Inconclusive of(Failure failure) {
			if (failure instanceof NotProcessed notProcessed) {
				if (notProcessed.reason() == NotProcessedReason.QUEUE_FULL) {
					return new Inconclusive("No time was left to look it up.");
				}
				if (notProcessed.reason() == NotProcessedReason.CIRCUIT_OPEN) {
					return new Inconclusive("Sentry failed too often recently to look it up.");
				}
			}
			return new Inconclusive("The lookup failed: " + failure.diagnosis());
		}

	}

}
