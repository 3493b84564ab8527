package dev.memberproxy.sentry;

/**
 * The one meaning of what came back from one call to Sentry.
 *
 * @param <T> what the call is after
 */
public sealed interface Answer<T> {

	/**
	 * Sentry did it, or knows it.
	 *
	 * @param <T> what the call was after
	 * @param value what it told
	 */
	record Success<T>(T value) implements Answer<T> {
	}

	/**
	 * Anything else.
	 *
	 * @param <T> what the call was after
	 * @param failure what happened
	 */
	record Failed<T>(Failure failure) implements Answer<T> {
	}

}
