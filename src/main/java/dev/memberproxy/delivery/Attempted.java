package dev.memberproxy.delivery;

import java.time.Duration;

import dev.memberproxy.sentry.Failure;

/**
 * What came of the wish to send one request to Sentry.
 *
 * @param <T> what the request is after
 */
sealed interface Attempted<T> {

	/**
	 * It was sent, and did what it was meant to do.
	 *
	 * @param <T> what the request was after
	 * @param value what Sentry told
	 */
	record Done<T>(T value) implements Attempted<T> {
	}

	/**
	 * Anything else.
	 *
	 * @param <T> what the request was after
	 */
	sealed interface Missed<T> extends Attempted<T> {

	}

	/**
	 * It was sent, or it was tried.
	 *
	 * @param <T> what the request was after
	 * @param failure what came of it
	 */
	record Failed<T>(Failure failure) implements Missed<T> {
	}

	/**
	 * It was not its turn in time.
	 *
	 * @param <T> what the request was after
	 * @param retryAfter when there is likely to be room
	 */
	record Busy<T>(Duration retryAfter) implements Missed<T> {
	}

	/**
	 * Sentry is left in peace.
	 *
	 * @param <T> what the request was after
	 */
	record CircuitOpen<T>() implements Missed<T> {
	}

}
