package dev.memberproxy.sentry;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

import tools.jackson.databind.JsonNode;

import org.springframework.http.HttpHeaders;

/**
 * An error response in one of the shapes of Sentry's own code. Firewalls, gateways,
 * authenticating proxies and content delivery networks respond with the same statuses,
 * some of them in JSON, which proves nothing about a member, its data or the token.
 * <p>
 * See docs/sentry-scim-contract.md, sections 5 and 12.
 */
final class SentryError {

	private static final String SCIM_ERROR = "urn:ietf:params:scim:api:messages:2.0:Error";

	/** The fields that Sentry's serializers and list queries report errors of. */
	private static final Set<String> FIELDS = Set.of("email", "role", "orgRole", "sentryOrgRole", "userName",
			"startIndex", "count", "filter", "excludedAttributes", "non_field_errors");

	/**
	 * How Sentry's sentences begin if {@code detail} is the only field. Other frameworks
	 * use the same shape with other sentences.
	 */
	private static final List<String> SENTENCES = List.of("authentication credentials were not provided",
			"incorrect authentication credentials", "invalid token", "invalid org token", "token expired",
			"user inactive or deleted", "unauthorized organization access",
			"you do not have permission to perform this action", "you cannot remove the only remaining owner",
			"the requested resource does not exist", "method \"", "json parse error", "invalid scim payload",
			"invalid organization role", "user already exists");

	/** Parts of Sentry's sentences that begin with a name or an address. */
	private static final List<String> PARTS = List.of("is already a member", "has already been invited",
			"active partnership");

	private final Content content;

	private final HttpHeaders headers;

	private final String texts;

	private SentryError(Content content, HttpHeaders headers) {
		this.content = content;
		this.headers = headers;
		this.texts = String.join("\n", content.texts()).toLowerCase(Locale.ROOT);
	}

	/** The error of a response, or empty if Sentry did not write it. */
	static Optional<SentryError> find(Content content, HttpHeaders headers) {
		return content.isJson() ? Optional.of(new SentryError(content, headers)).filter(SentryError::hasSentrysShape)
				: Optional.empty();
	}

	private boolean hasSentrysShape() {
		return isFromApi() || isOfFields() || isOfRoute() || isInvalidOrigin();
	}

	/** Whether it comes from an endpoint of Sentry, or from the checks before each. */
	boolean isFromApi() {
		return isScim() || (isDetailOnly() && (isKnownDetail() || hasSentrysHeader()));
	}

	/**
	 * Whether it comes from a SCIM endpoint itself, after all checks of the token and the
	 * organization.
	 */
	boolean isScim() {
		return this.content.root()
			.path("schemas")
			.values()
			.stream()
			.anyMatch((schema) -> SCIM_ERROR.equals(schema.stringValue("")));
	}

	/** Whether it is a map of fields and their errors. */
	boolean isOfFields() {
		return isFieldMap(this.content.root());
	}

	/** Whether Sentry, or its gateway before its regions, has nothing at the path. */
	boolean isOfRoute() {
		return text("info").startsWith("Route not found") || "apigateway".equals(text("error"));
	}

	/** Whether the request that arrived at Sentry is not the one that was sent. */
	boolean isOfGarbledRequest() {
		return isInvalidOrigin() || says("json parse error") || says("invalid scim payload");
	}

	/**
	 * Whether a text of the document contains a phrase. An address that Sentry echoes
	 * cannot contain it, as addresses have no spaces.
	 * @param phrase several words in lower case
	 */
	boolean says(String phrase) {
		return this.texts.contains(phrase);
	}

	/** A text property of the document, empty if it is absent. */
	String text(String property) {
		return this.content.root().path(property).stringValue("");
	}

	/**
	 * Why Sentry rejected the token, for operators. The code names a rule for accounts.
	 */
	String unauthorizedDiagnosis() {
		return switch (this.content.root().path("detail").path("code").stringValue("")) {
			case "2fa-required" -> "The organization requires two-factor authentication of the token's user.";
			case "sso-required" -> "The organization requires single sign-on of the token's user.";
			case "member-disabled-over-limit" ->
				"The token's user is disabled because the organization is over its member limit.";
			case "primary-email-verification-required", "email-verification-required" ->
				"The token's user has not verified an e-mail address.";
			case "" -> switch (text("detail")) {
				case "Token expired" -> "The token has expired.";
				case "User inactive or deleted" -> "The token's user is inactive or deleted.";
				case "Unauthorized organization access." -> "The token belongs to another organization.";
				default -> "Sentry does not know the token.";
			};
			default -> "The account of the token's user violates a rule of the organization.";
		};
	}

	/** Why the token does not permit the request. Most causes look the same. */
	String forbiddenDiagnosis(String scope) {
		return hasChallenge("insufficient_scope") ? "The token lacks the scope " + scope + "."
				: "The token lacks the scope " + scope
						+ " or belongs to another organization, or SCIM is not enabled or not part of the plan.";
	}

	private boolean isInvalidOrigin() {
		return this.content.root().isString() && this.texts.startsWith("invalid origin");
	}

	private boolean isDetailOnly() {
		return this.content.root().size() == 1 && this.content.root().has("detail");
	}

	private boolean isKnownDetail() {
		JsonNode detail = this.content.root().path("detail");
		if (detail.isString()) {
			return SENTENCES.stream().anyMatch(this.texts::startsWith) || PARTS.stream().anyMatch(this.texts::contains)
					|| Content.innerDocuments(detail).stream().anyMatch(SentryError::isFieldMap);
		}
		return isFieldMap(detail) || (detail.path("code").isString() && detail.path("message").isString());
	}

	private static boolean isFieldMap(JsonNode node) {
		return node.isObject() && !node.isEmpty() && FIELDS.containsAll(node.propertyNames())
				&& node.values().stream().allMatch(JsonNode::isArray);
	}

	/** Sentry's rate limiter adds headers to errors too, and its 401 has a challenge. */
	private boolean hasSentrysHeader() {
		return this.headers.headerNames().stream().anyMatch((name) -> name.regionMatches(true, 0, "X-Sentry-", 0, 9))
				|| hasChallenge("realm=\"api\"");
	}

	private boolean hasChallenge(String parameter) {
		String challenge = this.headers.getFirst(HttpHeaders.WWW_AUTHENTICATE);
		return challenge != null && challenge.contains(parameter);
	}

}
