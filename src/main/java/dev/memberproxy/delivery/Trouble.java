package dev.memberproxy.delivery;

import dev.memberproxy.sentry.Failure;

/**
 * What keeps an organization's Sentry from being used, for those who run the service.
 *
 * @param code the kind of trouble, for programs
 * @param cause what is wrong, or may be, in words
 * @param remedy what to do about it
 */
record Trouble(String code, String cause, String remedy) {

	static final Trouble CIRCUIT_OPEN = new Trouble("circuit-open",
			"Sentry failed so often of late that it is left in peace for some seconds at a time.",
			"Wait. If it lasts, look at Sentry's own status, and at the way to it.");

	/**
	 * The trouble that shows in a failed call.
	 * @param failure how the call failed; not for a reason that lies with one member
	 * @return the trouble
	 */
	static Trouble of(Failure failure) {
		return switch (failure) {
			case Failure.CredentialsRefused refused when refused.isForToken() ->
				new Trouble("token-refused", refused.diagnosis(), "Put a token in place that Sentry accepts.");
			case Failure.CredentialsRefused refused -> new Trouble("token-not-permitted", refused.diagnosis(),
					"Check the scopes of the token, the organization it belongs to, and that SCIM is switched on there.");
			case Failure.WrongEndpoint _, Failure.WebPage _ -> new Trouble("misconfigured", failure.diagnosis(),
					"Check slug, region and base URL, and what stands between this service and Sentry.");
			case Failure.NotSent _ -> new Trouble("unreachable", failure.diagnosis(),
					"Check name, network, proxy and certificates on the way to Sentry.");
			case Failure.RateLimited _ -> new Trouble("rate-limited", failure.diagnosis(),
					"Wait. If it lasts, look for what else uses the organization's allowance.");
			case Failure.Refusal _, Failure.NotForwarded _, Failure.Ambiguous _ -> new Trouble("failing",
					failure.diagnosis(), "Wait. If it lasts, look at Sentry's own status, and at the way to it.");
		};
	}

}
