package dev.memberproxy.sentry;

import org.jspecify.annotations.Nullable;

/**
 * What a refusal of the token means, for the operator.
 */
final class CredentialsDiagnosis {

	private CredentialsDiagnosis() {
	}

	static String ofUnauthorized(SentryError error) {
		return switch (error.accountRule()) {
			case "2fa-required" -> "The organization demands two-factor authentication of the token's user.";
			case "sso-required" -> "The organization demands single sign-on of the token's user.";
			case "member-disabled-over-limit" ->
				"The token's user is disabled because the organization is over its member limit.";
			case "email-verification-required" -> "The token's user has not verified an e-mail address.";
			case "" -> ofDetail(error.text("detail"));
			default -> "Sentry demands more of the token's user than the token.";
		};
	}

	private static String ofDetail(String detail) {
		return switch (detail) {
			case "Token expired" -> "The token has expired.";
			case "User inactive or deleted" -> "The token's user is inactive or deleted.";
			case "Unauthorized organization access." -> "The token belongs to another organization.";
			default -> "Sentry does not know the token.";
		};
	}

	/** All other causes of a 403 look the same, so that none is picked. */
	static String ofForbidden(@Nullable String challenge, String scope) {
		return (challenge != null && challenge.contains("insufficient_scope"))
				? "The token lacks the scope " + scope + "."
				: "The token lacks the scope " + scope + " or belongs to another organization, or SCIM is not switched"
						+ " on or not part of the plan.";
	}

}
