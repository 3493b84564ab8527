package dev.memberproxy.sentry;

/**
 * The one meaning of what came back from one call to Sentry.
 *
 * @param <T> what the call is after
 */
public sealed interface Answer<T> {

	/**
	 * Whether Sentry accepted the token. A fault, a rate limit, and what something in front
	 * of Sentry responds do not show that.
	 * @return true if Sentry did what was asked, or refused it for another reason
	 */
	default boolean showsAcceptance() {
		return switch (this) {
			case Success<T> _ -> true;
			case Failed<T>(Failure.CredentialsRefused _), Failed<T>(Failure.WrongEndpoint _) -> false;
			case Failed<T>(Failure failure) -> failure instanceof Failure.Refusal;
		};
	}

	/**
	 * Whether this service gave the attempt too little time for it to show anything.
	 * @return true if this service ended the attempt
	 */
	default boolean isCutShort() {
		return this instanceof Failed<T>(Failure failure) && failure.cutShort();
	}

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
