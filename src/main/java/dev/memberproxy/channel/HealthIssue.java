package dev.memberproxy.channel;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.memberproxy.core.Ids;
import dev.memberproxy.sentry.Failure;

/**
 * Why an organization's Sentry is not usable, for operators.
 *
 * @param code the kind of issue, for programs
 * @param cause what is wrong, or may be
 * @param remedy what to do about it
 */
record HealthIssue(Code code, String cause, String remedy) {

	private static final String WAIT = "Wait. If it lasts, check Sentry's own status and the network on the way to it.";

	static final HealthIssue CIRCUIT_OPEN = new HealthIssue(Code.CIRCUIT_OPEN,
			"Sentry failed repeatedly. The circuit breaker suspends requests for 5 s at a time.", WAIT);

	/**
	 * The issue that a failed request shows.
	 * @param failure the failure; not one that is about a single member
	 * @return the issue
	 */
	static HealthIssue of(Failure failure) {
		return switch (failure) {
			case Failure.Refusal refusal -> of(refusal);
			case Failure.NotProcessed notProcessed -> of(notProcessed);
			case Failure.Ambiguous ambiguous -> of(ambiguous);
		};
	}

	private static HealthIssue of(Failure.Refusal refusal) {
		return switch (refusal.reason()) {
			case TOKEN_REJECTED ->
				new HealthIssue(Code.TOKEN_REFUSED, refusal.diagnosis(), "Provide a token that Sentry accepts.");
			case TOKEN_NOT_PERMITTED -> new HealthIssue(Code.TOKEN_NOT_PERMITTED, refusal.diagnosis(),
					"Check the scopes of the token, the organization it belongs to, and that SCIM is enabled there.");
			case WRONG_ENDPOINT -> misconfigured(refusal);
			case ALREADY_MEMBER, ALREADY_INVITED, ROLE_NOT_AVAILABLE, INVALID_DATA, NO_SUCH_MEMBER, MEMBER_PROTECTED ->
				new HealthIssue(Code.FAILING, refusal.diagnosis(), WAIT);
		};
	}

	private static HealthIssue of(Failure.NotProcessed failure) {
		return switch (failure.reason()) {
			case NOT_SENT -> new HealthIssue(Code.UNREACHABLE, failure.diagnosis(),
					"Check name, network, proxy and certificates on the way to Sentry.");
			case RATE_LIMITED -> new HealthIssue(Code.RATE_LIMITED, failure.diagnosis(),
					"Wait. If it lasts, find out what else uses the organization's rate limit.");
			case NOT_FORWARDED, QUEUE_FULL, CIRCUIT_OPEN -> new HealthIssue(Code.FAILING, failure.diagnosis(), WAIT);
		};
	}

	private static HealthIssue of(Failure.Ambiguous failure) {
		return switch (failure.reason()) {
			case FOREIGN_RESPONSE -> new HealthIssue(Code.MISCONFIGURED, failure.diagnosis(),
					"Check the firewalls, gateways and proxies on the way to Sentry, then slug, region and base URL.");
			case WEB_PAGE -> misconfigured(failure);
			case INTERNAL_ERROR, TIMED_OUT, UNCLEAR -> new HealthIssue(Code.FAILING, failure.diagnosis(), WAIT);
		};
	}

	private static HealthIssue misconfigured(Failure failure) {
		return new HealthIssue(Code.MISCONFIGURED, failure.diagnosis(),
				"Check slug, region and base URL, and what is between this service and Sentry.");
	}

	/** The kinds of issues. The list only grows. */
	enum Code {

		/** The circuit breaker is not closed. */
		CIRCUIT_OPEN,

		/** Sentry does not accept the token. */
		TOKEN_REFUSED,

		/** The token does not permit the request. */
		TOKEN_NOT_PERMITTED,

		/** The responses do not come from Sentry's SCIM API for the organization. */
		MISCONFIGURED,

		/** No connection can be made. */
		UNREACHABLE,

		/** Sentry's rate limit is used up. */
		RATE_LIMITED,

		/** Sentry fails, or does not respond in time. */
		FAILING;

		@JsonValue
		String id() {
			return Ids.kebab(this);
		}

	}

}
