package dev.memberproxy.sentry;

/**
 * The one meaning of what came back from a request to Sentry.
 *
 * @param <T> what the request is for
 */
public sealed interface SentryResult<T> {

	/**
	 * Whether the result shows that Sentry accepted the token. An internal error, a rate
	 * limit, and a response of something in front of Sentry do not.
	 */
	default boolean showsAcceptedToken() {
		return switch (this) {
			case Success<T> _ -> true;
			case Failed<T>(Failure.Refusal refusal) -> switch (refusal.reason()) {
				case TOKEN_REJECTED, TOKEN_NOT_PERMITTED, WRONG_ENDPOINT -> false;
				case ALREADY_MEMBER, ALREADY_INVITED, ROLE_NOT_AVAILABLE, INVALID_DATA, NO_SUCH_MEMBER,
						MEMBER_PROTECTED ->
					true;
			};
			case Failed<T>(Failure _) -> false;
		};
	}

	/** Whether this service gave the attempt too little time for it to show anything. */
	default boolean isCutShort() {
		return this instanceof Failed<T>(Failure failure) && failure.cutShort();
	}

	/** Sentry confirmed it. */
	record Success<T>(T value) implements SentryResult<T> {
	}

	/** Anything else. */
	record Failed<T>(Failure failure) implements SentryResult<T> {
	}

}
