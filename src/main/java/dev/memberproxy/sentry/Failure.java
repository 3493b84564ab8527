package dev.memberproxy.sentry;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * Why a request to Sentry did not do what it should. The three kinds differ in what is
 * certain about the request: Sentry rejected it, nobody processed it, or its outcome is
 * not known.
 */
public sealed interface Failure {

	/** The HTTP status of the response, or null if there was none. */
	@Nullable Integer status();

	/** What happened, in sentences for the log. Contains no text of Sentry's. */
	String diagnosis();

	/**
	 * Whether the attempt ended because this service had no more time for it, which says
	 * nothing about Sentry.
	 */
	default boolean cutShort() {
		return false;
	}

	/** Sentry processed the request and rejected it. Nothing was changed. */
	record Refusal(RefusalReason reason, Integer status, String diagnosis) implements Failure {

	}

	/**
	 * The request was certainly not processed: this service did not send it, or something
	 * rejected it before Sentry looked at it. It is safe to send it again.
	 *
	 * @param retryAfter how long to wait, at most {@link #MAX_RETRY_AFTER} for a
	 * response; zero if nothing is known
	 */
	record NotProcessed(NotProcessedReason reason, @Nullable Integer status, String diagnosis, Duration retryAfter,
			boolean cutShort) implements Failure {

		/**
		 * The longest pause after a 429, whatever the response asks for. Then one request
		 * finds out whether the limit still holds.
		 */
		public static final Duration MAX_RETRY_AFTER = Duration.ofMinutes(1);

		static NotProcessed notSent(String diagnosis, boolean cutShort) {
			return new NotProcessed(NotProcessedReason.NOT_SENT, null, diagnosis, Duration.ZERO, cutShort);
		}

		static NotProcessed notForwarded(int status, String diagnosis) {
			return new NotProcessed(NotProcessedReason.NOT_FORWARDED, status, diagnosis, Duration.ZERO, false);
		}

		static NotProcessed rateLimited(int status, String diagnosis, Duration retryAfter) {
			return new NotProcessed(NotProcessedReason.RATE_LIMITED, status, diagnosis, retryAfter, false);
		}

		/**
		 * The request did not get a place in the queue, or not in time.
		 * @param retryAfter when a place is likely to be free
		 */
		public static NotProcessed queueFull(Duration retryAfter) {
			return new NotProcessed(NotProcessedReason.QUEUE_FULL, null,
					"The queue is longer than the request can wait.", retryAfter, false);
		}

		/** The circuit breaker suspends requests for a while. */
		public static NotProcessed circuitOpen(Duration retryAfter) {
			return new NotProcessed(NotProcessedReason.CIRCUIT_OPEN, null, "Sentry failed too often recently.",
					retryAfter, false);
		}

		/**
		 * Whether there was an attempt: this service did not reject the request itself.
		 */
		public boolean isAttempted() {
			return this.reason != NotProcessedReason.QUEUE_FULL && this.reason != NotProcessedReason.CIRCUIT_OPEN;
		}

	}

	/**
	 * At least a part of the request was sent, and the response, if there was one, does
	 * not show whether Sentry processed it.
	 *
	 * @param errorId Sentry's id of the failure, if Sentry reported one
	 * @param cutShort whether this service gave the attempt less time than
	 * {@code sentry.read-timeout}
	 */
	record Ambiguous(AmbiguousReason reason, @Nullable Integer status, String diagnosis, @Nullable String errorId,
			boolean cutShort) implements Failure {

		/** An ambiguous failure without further details. */
		public static Ambiguous of(AmbiguousReason reason, @Nullable Integer status, String diagnosis) {
			return new Ambiguous(reason, status, diagnosis, null, false);
		}

		static Ambiguous timedOut(String diagnosis, boolean cutShort) {
			return new Ambiguous(AmbiguousReason.TIMED_OUT, null, diagnosis, null, cutShort);
		}

		static Ambiguous internalError(int status, String diagnosis, @Nullable String errorId) {
			return new Ambiguous(AmbiguousReason.INTERNAL_ERROR, status, diagnosis, errorId, false);
		}

	}

	/** The meaning of a rejection. */
	enum RefusalReason {

		/** The address belongs to a member. */
		ALREADY_MEMBER,

		/** The address belongs to a member that has not signed in yet. */
		ALREADY_INVITED,

		/** The organization does not offer the role. */
		ROLE_NOT_AVAILABLE,

		/** Sentry found another fault in the data. */
		INVALID_DATA,

		/** No member has the id. */
		NO_SUCH_MEMBER,

		/** The member is the last owner, or managed by a partner of Sentry. */
		MEMBER_PROTECTED,

		/** Sentry does not accept the token (401). Another token may be accepted. */
		TOKEN_REJECTED,

		/** The token does not permit the request (403). */
		TOKEN_NOT_PERMITTED,

		/** This is not Sentry's SCIM API for the organization. */
		WRONG_ENDPOINT

	}

	/** What stopped a request. */
	enum NotProcessedReason {

		/** No connection could be made, so no byte of the request was sent. */
		NOT_SENT,

		/** Sentry's gateway did not forward the request. */
		NOT_FORWARDED,

		/** A rate limit, of Sentry or of something in front of it, is used up. */
		RATE_LIMITED,

		/** The queue of this service is full. */
		QUEUE_FULL,

		/** The circuit breaker of this service is open. */
		CIRCUIT_OPEN

	}

	/** What is known about a request whose outcome is not. */
	enum AmbiguousReason {

		/**
		 * Sentry reported a failure in its own code, which usually undoes the change, but
		 * not certainly.
		 */
		INTERNAL_ERROR,

		/** A web page with a 2xx status, which Sentry's SCIM API does not send. */
		WEB_PAGE,

		/**
		 * Something between this service and Sentry responded: a firewall, a gateway, an
		 * authenticating proxy. Sentry may have processed the request nevertheless.
		 */
		FOREIGN_RESPONSE,

		/** No complete response arrived in time. */
		TIMED_OUT,

		/** The response is broken, or the connection broke before there was one. */
		UNCLEAR

	}

}
