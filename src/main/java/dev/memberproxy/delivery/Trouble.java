package dev.memberproxy.delivery;

import java.util.Locale;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.memberproxy.sentry.Failure;

/**
 * What keeps an organization's Sentry from being used, for those who run the service.
 *
 * @param code the kind of trouble, for programs
 * @param cause what is wrong, or may be, in words
 * @param remedy what to do about it
 */
record Trouble(Code code, String cause, String remedy) {

	static final Trouble CIRCUIT_OPEN = new Trouble(Code.CIRCUIT_OPEN,
			"Sentry failed repeatedly. The circuit breaker suspends requests for 5 s at a time.",
			"Wait. If it lasts, check Sentry's own status and the network on the way to it.");

	/**
	 * The trouble that shows in a failed call.
	 * @param failure how the call failed; not for a reason that lies with one member
	 * @return the trouble
	 */
	static Trouble of(Failure failure) {
		return switch (failure) {
			case Failure.CredentialsRefused refused when refused.isForToken() ->
				new Trouble(Code.TOKEN_REFUSED, refused.diagnosis(), "Put a token in place that Sentry accepts.");
			case Failure.CredentialsRefused refused -> new Trouble(Code.TOKEN_NOT_PERMITTED, refused.diagnosis(),
					"Check the scopes of the token, the organization it belongs to, and that SCIM is switched on there.");
			case Failure.ForeignResponse _ -> new Trouble(Code.MISCONFIGURED, failure.diagnosis(),
					"Check the firewalls, gateways and proxies on the way to Sentry, then slug, region and base URL.");
			case Failure.WrongEndpoint _, Failure.WebPage _ -> new Trouble(Code.MISCONFIGURED, failure.diagnosis(),
					"Check slug, region and base URL, and what stands between this service and Sentry.");
			case Failure.NotSent _ -> new Trouble(Code.UNREACHABLE, failure.diagnosis(),
					"Check name, network, proxy and certificates on the way to Sentry.");
			case Failure.RateLimited _ -> new Trouble(Code.RATE_LIMITED, failure.diagnosis(),
					"Wait. If it lasts, find out what else uses the organization's rate limit.");
			case Failure.Refusal _, Failure.NotForwarded _, Failure.Ambiguous _ ->
				new Trouble(Code.FAILING, failure.diagnosis(),
						"Wait. If it lasts, check Sentry's own status and the network on the way to it.");
		};
	}

	/** The kinds of issues. The list only grows. */
	enum Code {

		/** The circuit breaker is not closed. */
		CIRCUIT_OPEN,

		/** Sentry does not accept the token. */
		TOKEN_REFUSED,

		/** Sentry accepts the token, but not for this. */
		TOKEN_NOT_PERMITTED,

		/** What responds is not Sentry's SCIM API for the organization. */
		MISCONFIGURED,

		/** No connection can be made. */
		UNREACHABLE,

		/** Sentry's rate limit is used up. */
		RATE_LIMITED,

		/** Sentry fails, or does not respond in time. */
		FAILING;

		/**
		 * The kind of issue in health and metrics.
		 * @return lower-case words joined by hyphens
		 */
		@JsonValue
		String id() {
			return name().toLowerCase(Locale.ROOT).replace('_', '-');
		}

	}

}
