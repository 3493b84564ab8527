package dev.memberproxy.problem;

import dev.memberproxy.core.Ids;
import java.net.URI;
import java.util.Arrays;
import java.util.Optional;

import org.springframework.http.HttpStatus;

import static dev.memberproxy.problem.Outcome.NOT_APPLIED;
import static dev.memberproxy.problem.Outcome.UNKNOWN;
import static dev.memberproxy.problem.ProblemType.Responsible.CALLER;
import static dev.memberproxy.problem.ProblemType.Responsible.OPERATOR;
import static dev.memberproxy.problem.ProblemType.Responsible.SENTRY;

/**
 * The catalog of problems: every error response of the service is one of these (RFC 9457
 * section 3.1.1). The pages below {@code /problems} and {@code docs/errors.md} are
 * generated from it. The list only grows; a slug never changes its meaning.
 */
public enum ProblemType {

	INVALID_REQUEST(HttpStatus.BAD_REQUEST, CALLER, "The request is not valid",
			"The body is not JSON, a field has the wrong JSON type, an address or a role is not acceptable, or the "
					+ "request itself is malformed.",
			"Read `errors`: it lists every invalid field, parameter and header. Correct the request."),

	UNAUTHENTICATED(HttpStatus.UNAUTHORIZED, CALLER, "The caller is not authenticated",
			"The request has no credentials, or credentials that are not known.",
			"Send the key or the token that was issued to your app. If you have none, ask the operator of this service."),

	NOT_PERMITTED(HttpStatus.FORBIDDEN, CALLER, "The caller is not permitted to do this",
			"The policy of your app does not allow this operation, role or address.",
			"Ask the operator of this service to extend the policy of your app."),

	NOT_FOUND(HttpStatus.NOT_FOUND, CALLER, "There is no resource at this path", "The service does not have this path.",
			"Compare the path with the documentation. Paths are case-sensitive and have no slash at the end."),

	MEMBER_NOT_FOUND(HttpStatus.NOT_FOUND, CALLER, "There is no such member",
			"The organization has no member with this id or address, or your app may not see the member.",
			"Check the id or the address. Inactive accounts and open join requests are found by id only."),

	ORGANIZATION_NOT_FOUND(HttpStatus.NOT_FOUND, CALLER, "There is no such organization",
			"No organization with this alias is configured, or your app may not use it.",
			"Check the alias. The operator of this service knows the configured ones."),

	METHOD_NOT_ALLOWED(HttpStatus.METHOD_NOT_ALLOWED, CALLER, "The method is not allowed at this path",
			"The path exists, but does not support this HTTP method.",
			"Use one of the methods in the `Allow` header of the response."),

	NOT_ACCEPTABLE(HttpStatus.NOT_ACCEPTABLE, CALLER, "No acceptable media type is available",
			"The `Accept` header is malformed, or excludes every media type that this path can respond with.",
			"Accept `application/json`, or `application/x-ndjson` for a batch, or leave out the header."),

	UNSUPPORTED_MEDIA_TYPE(HttpStatus.UNSUPPORTED_MEDIA_TYPE, CALLER, "The media type of the body is not supported",
			"The body is not declared as JSON, or it is compressed.",
			"Send uncompressed JSON with `Content-Type: application/json`. Some paths also support "
					+ "`application/scim+json`, `application/merge-patch+json` or `application/x-ndjson`."),

	CONTENT_TOO_LARGE(HttpStatus.CONTENT_TOO_LARGE, CALLER, "The body is too large",
			"The body exceeds the limit of this path: 64 KiB for one member; 1 MiB or the maximum number of items for a "
					+ "batch.",
			"Leave out what Sentry ignores: it reads `userName` and `sentryOrgRole` only. Split large batches."),

	REQUEST_HEADER_TOO_LARGE(HttpStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, CALLER, "The request headers are too large",
			"The request line and all headers together exceed the limit. Large tokens and cookies are typical causes.",
			"Send a smaller token, without unnecessary claims, and no cookies. The operator of this service can raise the "
					+ "limit, `server.max-http-request-header-size`."),

	MEMBER_EXISTS(HttpStatus.CONFLICT, CALLER, "The person is already a member",
			"The organization already has a member with this address, possibly as a secondary address of an account.",
			"The person is a member. The role may differ from the requested one: `member` shows it if your app may read "
					+ "members and the lookup succeeded. To ensure both the membership and the role, use `PUT`."),

	MEMBER_ALREADY_INVITED(HttpStatus.CONFLICT, CALLER, "The person is already invited",
			"The person already is a member, but has not signed in yet.",
			"Tell the person to sign in through single sign-on. Sentry sends no invitation mail for this."),

	MEMBER_AMBIGUOUS(HttpStatus.CONFLICT, CALLER, "Several members match the address",
			"Sentry lists more than one member with this address, so the service cannot choose one. An example is a pending "
					+ "invite in different letter case beside a member that was created later.",
			"`members` lists their ids. Use `/members/{id}` instead of the address, for example to delete the unwanted one."),

	MEMBER_PROTECTED(HttpStatus.CONFLICT, CALLER, "The member cannot be changed through this service",
			"The member is an owner of the organization, its last owner, or managed by a Sentry partner.",
			"Make the change in Sentry's own pages."),

	IDEMPOTENCY_KEY_IN_USE(HttpStatus.CONFLICT, true, UNKNOWN, CALLER,
			"A request with this idempotency key is in progress",
			"An earlier request with the same `Idempotency-Key` has not completed.",
			"Wait for the time in `Retry-After`, then send the same request again."),

	IDEMPOTENCY_KEY_REUSED(HttpStatus.UNPROCESSABLE_CONTENT, CALLER, "The idempotency key was used for another request",
			"The same `Idempotency-Key` was used for another member, role or organization.",
			"Use a new key for a new request."),

	ROLE_NOT_AVAILABLE(HttpStatus.UNPROCESSABLE_CONTENT, CALLER, "The organization does not have this role",
			"Sentry rejected the role for this organization. For example, a self-hosted Sentry has no `billing` role.",
			"Request another role, or leave out the role to get the organization's default."),

	REJECTED_BY_SENTRY(HttpStatus.UNPROCESSABLE_CONTENT, CALLER, "Sentry rejected the member data",
			"The request passed the checks of this service, but Sentry rejected the address. For example, Sentry blocks "
					+ "some mail domains.",
			"Use another address. If the address is correct, ask the operator of this service to check the log."),

	TOO_MANY_REQUESTS(HttpStatus.TOO_MANY_REQUESTS, true, NOT_APPLIED, CALLER, "The caller exceeded its quota",
			"Your app sent more requests than its policy allows.",
			"Wait for the time in `Retry-After`, then send the same request again."),

	BUSY(HttpStatus.TOO_MANY_REQUESTS, true, NOT_APPLIED, SENTRY, "Too many requests are queued for Sentry",
			"The service limits its requests to the rate that Sentry allows, and processes changes for one member one "
					+ "after the other. This request would have had to wait too long.",
			"Wait for the time in `Retry-After`, then send the same request again."),

	RATE_LIMITED_BY_SENTRY(HttpStatus.TOO_MANY_REQUESTS, true, NOT_APPLIED, SENTRY, "Sentry limits the request rate",
			"Sentry rejected the request because the organization exceeded its rate limit.",
			"Wait for the time in `Retry-After`, then send the same request again."),

	SENTRY_CREDENTIALS_REFUSED(HttpStatus.BAD_GATEWAY, OPERATOR, "Sentry rejected the service's credentials",
			"Sentry did not accept the token of this service. The token is wrong or expired, lacks a scope, or belongs to "
					+ "another organization; or its user is disabled; or SCIM is not enabled.",
			"Your app can do nothing. The operator of this service finds the cause in the log."),

	SENTRY_MISCONFIGURED(HttpStatus.BAD_GATEWAY, OPERATOR, "The service does not reach Sentry's SCIM API",
			"The response did not come from Sentry's SCIM API for this organization. The slug, the region or the base URL "
					+ "is wrong, or something between this service and Sentry responded: a firewall, a gateway, a proxy. If a "
					+ "change was sent and a lookup does not show it, `outcome` is `unknown`.",
			"Your app can do nothing until the operator of this service has fixed the cause, which is in the log. If "
					+ "`outcome` is `unknown`, read the member then: the change may have been made."),

	OUTCOME_UNKNOWN(HttpStatus.BAD_GATEWAY, true, UNKNOWN, SENTRY, "The outcome of the request is unknown",
			"The change was sent to Sentry. Neither the response, if there was one, nor a lookup of the member shows "
					+ "whether Sentry made it. The status is 504 if the deadline passed, otherwise 502.",
			"Send the same request again: no change is made twice, and Sentry never creates a second member for the same "
					+ "address. With the same `Idempotency-Key`, the service looks the member up first. If `Retry-After` is "
					+ "present, the person has probably asked to join with another role, and somebody must decide about that "
					+ "in Sentry."),

	SENTRY_UNAVAILABLE(HttpStatus.SERVICE_UNAVAILABLE, true, NOT_APPLIED, SENTRY, "Sentry is not available",
			"The service could not connect to Sentry, Sentry reported that it did not process the request, or Sentry did "
					+ "not respond to a read. Or Sentry failed repeatedly and the circuit breaker is open; calls then resume "
					+ "within 5 s.",
			"Send the same request again later. If `Retry-After` is present, wait for that time."),

	STATE_UNAVAILABLE(HttpStatus.SERVICE_UNAVAILABLE, true, NOT_APPLIED, OPERATOR,
			"The state of idempotency keys is not available",
			"The replicas of this service keep idempotency keys in Redis, which does not respond. Without it a request with "
					+ "an `Idempotency-Key` might be made twice, so it was not started. Requests without a key are processed.",
			"Wait for the time in `Retry-After`, then send the same request again. If the problem lasts, tell the operator "
					+ "of this service: `/actuator/health` and the log show the cause."),
	SERVICE_STOPPING(HttpStatus.SERVICE_UNAVAILABLE, true, NOT_APPLIED, CALLER, "The service is stopping",
			"The service is stopping or restarting and accepts no more batches.",
			"Wait for the time in `Retry-After`, then send the same batch again."),

	IDENTITY_PROVIDER_UNAVAILABLE(HttpStatus.SERVICE_UNAVAILABLE, true, NOT_APPLIED, OPERATOR,
			"Tokens currently cannot be verified",
			"The service does not have the key that signed the token: the identity provider does not respond, or its keys "
					+ "were fetched only seconds ago. Tokens with known keys and caller keys are accepted.",
			"Wait for the time in `Retry-After`, then send the same request again. If the problem lasts, tell the operator "
					+ "of this service: the cause is in the log."),

	IDENTITY_PROVIDER_MISCONFIGURED(HttpStatus.BAD_GATEWAY, OPERATOR,
			"Tokens cannot be verified with this configuration",
			"The identity provider responds, but has no keys to verify the token with: there is no discovery document at its "
					+ "address, the document is another issuer's, or its key set has no usable key. Tokens with known keys and "
					+ "caller keys are accepted.",
			"Your app can do nothing. The operator of this service finds the cause in the log and in `/actuator/health`."),

	INTERNAL_ERROR(HttpStatus.INTERNAL_SERVER_ERROR, false, UNKNOWN, OPERATOR, "Internal error",
			"The service failed unexpectedly.",
			"Report the `requestId` to the operator of this service: the log has the cause under that id.");

	private final HttpStatus status;

	private final boolean retryable;

	private final Outcome outcome;

	private final Responsible responsible;

	private final String title;

	private final String cause;

	private final String remedy;

	ProblemType(HttpStatus status, Responsible responsible, String title, String cause, String remedy) {
		this(status, false, NOT_APPLIED, responsible, title, cause, remedy);
	}

	ProblemType(HttpStatus status, boolean retryable, Outcome outcome, Responsible responsible, String title,
			String cause, String remedy) {
		this.status = status;
		this.retryable = retryable;
		this.outcome = outcome;
		this.responsible = responsible;
		this.title = title;
		this.cause = cause;
		this.remedy = remedy;
	}

	/**
	 * The name of the problem in its URI.
	 * @return lower-case words joined by hyphens
	 */
	public String slug() {
		return Ids.kebab(this);
	}

	/**
	 * The problem's {@code type}, which is also the path of its page.
	 * @return {@code /problems/} and the slug, relative to the service
	 */
	public URI uri() {
		return URI.create("/problems/" + slug());
	}

	public HttpStatus status() {
		return this.status;
	}

	/** Whether sending the same request again is safe and may succeed. */
	public boolean retryable() {
		return this.retryable;
	}

	/** The outcome of the requested change, unless a problem states another one. */
	public Outcome outcome() {
		return this.outcome;
	}

	Responsible responsible() {
		return this.responsible;
	}

	public String title() {
		return this.title;
	}

	/**
	 * What happened.
	 * @return sentences with code in backticks
	 */
	public String cause() {
		return this.cause;
	}

	/**
	 * What to do next.
	 * @return sentences with code in backticks
	 */
	public String remedy() {
		return this.remedy;
	}

	String retryAdvice() {
		return this.retryable ? "Safe. The same request may succeed later."
				: "Do not retry. The same request would fail the same way.";
	}

	static Optional<ProblemType> find(String slug) {
		return Arrays.stream(values()).filter((type) -> type.slug().equals(slug)).findFirst();
	}

	/** The type for an error status that Spring MVC or Tomcat has set. */
	static ProblemType ofStatus(int status) {
		return switch (status) {
			case 401 -> UNAUTHENTICATED;
			case 403 -> NOT_PERMITTED;
			case 404 -> NOT_FOUND;
			case 405 -> METHOD_NOT_ALLOWED;
			case 406 -> NOT_ACCEPTABLE;
			case 413 -> CONTENT_TOO_LARGE;
			case 415 -> UNSUPPORTED_MEDIA_TYPE;
			case 431 -> REQUEST_HEADER_TOO_LARGE;
			// For Tomcat's statuses for an unknown transfer coding or protocol version,
			// which the caller sent.
			case 501, 505 -> INVALID_REQUEST;
			default -> (status < 500) ? INVALID_REQUEST : INTERNAL_ERROR;
		};
	}

	/** Who must act on a problem. Also decides the level of its log line. */
	enum Responsible {

		CALLER("The calling app"),

		/** Most of these problems end without action. */
		SENTRY("Sentry, or the network in between"),

		OPERATOR("The operator of this service");

		private final String description;

		Responsible(String description) {
			this.description = description;
		}

		String description() {
			return this.description;
		}

	}

}
