package dev.memberproxy.sentry;

import org.jspecify.annotations.Nullable;

/**
 * Explains to operators why Sentry refused the token.
 * <p>
 * See docs/sentry-scim-contract.md, section 12.
 */
final class CredentialsDiagnosis {

	private CredentialsDiagnosis() {
	}

	static String ofUnauthorized(SentryError error) {
		return switch (error.accountRule()) {
			case "2fa-required" -> "The organization requires two-factor authentication of the token's user.";
			case "sso-required" -> "The organization requires single sign-on of the token's user.";
			case "member-disabled-over-limit" ->
				"The token's user is disabled because the organization is over its member limit.";
			case "primary-email-verification-required", "email-verification-required" ->
				"The token's user has not verified an e-mail address.";
			case "" -> ofDetail(error.text("detail"));
			default -> "The account of the token's user violates a rule of the organization.";
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

	/** All other causes of a 403 look the same, so that all are named. */
	static String ofForbidden(@Nullable String challenge, String scope) {
		return (challenge != null && challenge.contains("insufficient_scope"))
				? "The token lacks the scope " + scope + "." : "The token lacks the scope " + scope
						+ " or belongs to another organization, or SCIM is not" + " enabled or not part of the plan.";
	}

}
