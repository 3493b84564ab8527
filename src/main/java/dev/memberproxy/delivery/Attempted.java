package dev.memberproxy.delivery;

import java.time.Duration;

import dev.memberproxy.sentry.Answer;

/** What came of the wish to send one request to Sentry. */
sealed interface Attempted {

	/**
	 * It was sent, or it was tried.
	 *
	 * @param answer what came of it
	 */
	record Answered(Answer answer) implements Attempted {
	}

	/**
	 * It was not its turn in time.
	 *
	 * @param retryAfter when there is likely to be room
	 */
	record Busy(Duration retryAfter) implements Attempted {
	}

	/** Sentry is left in peace. */
	record CircuitOpen() implements Attempted {
	}

}
