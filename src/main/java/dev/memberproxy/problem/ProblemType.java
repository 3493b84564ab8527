package dev.memberproxy.problem;

import dev.memberproxy.core.Ids;
import java.net.URI;
import java.util.Arrays;
import java.util.Optional;

import org.springframework.http.HttpStatus;

import static dev.memberproxy.problem.Fault.CALLER;
import static dev.memberproxy.problem.Fault.OPERATOR;
import static dev.memberproxy.problem.Fault.SENTRY;
import static dev.memberproxy.problem.Outcome.NOT_APPLIED;
import static dev.memberproxy.problem.Outcome.UNKNOWN;
import static dev.memberproxy.problem.Retry.POINTLESS;
import static dev.memberproxy.problem.Retry.SAFE;

/**
 * The catalogue of problems: every error answer of the service is one of these (RFC 9457
 * section 3.1.1). The pages under {@code /problems} and {@code docs/errors.md} are made
 * from it. The list only grows; a slug never changes its meaning.
 */
public enum ProblemType {

	INVALID_REQUEST(HttpStatus.BAD_REQUEST, POINTLESS, NOT_APPLIED, CALLER, "The request is not valid",
			"The body is not JSON, a field has the wrong JSON type, an address or a role is not acceptable, or the "
					+ "request itself is malformed.",
			"Read the list in `errors`: it names every faulty field, parameter or header. Correct the request."),

	UNAUTHENTICATED(HttpStatus.UNAUTHORIZED, POINTLESS, NOT_APPLIED, CALLER, "The caller is not known",
			"The request carries no caller key, or one that is not known here.",
			"Send the key that was issued to your app. Ask whoever runs this service if you have none."),

	NOT_PERMITTED(HttpStatus.FORBIDDEN, POINTLESS, NOT_APPLIED, CALLER, "The caller may not do this",
			"The caller is known, but its policy does not allow this operation, role or address.",
			"Ask whoever runs this service to extend the policy of your app."),

	NOT_FOUND(HttpStatus.NOT_FOUND, POINTLESS, NOT_APPLIED, CALLER, "There is nothing at this path",
			"The path is none of this service's.",
			"Compare the path with the documentation; paths are case-sensitive and have no slash at the end."),

	MEMBER_NOT_FOUND(HttpStatus.NOT_FOUND, POINTLESS, NOT_APPLIED, CALLER, "There is no such member",
			"The organization has no member with this id or address, or none that your app may see.",
			"Check the id or the address. Inactive accounts and open join requests are found by id only."),

	ORGANIZATION_NOT_FOUND(HttpStatus.NOT_FOUND, POINTLESS, NOT_APPLIED, CALLER, "There is no such organization",
			"The alias in the path names no organization that is configured here and open to your app.",
			"Check the alias. Whoever runs this service knows which ones exist."),

	METHOD_NOT_ALLOWED(HttpStatus.METHOD_NOT_ALLOWED, POINTLESS, NOT_APPLIED, CALLER,
			"The method is not allowed at this path", "The path exists, but not with this HTTP method.",
			"Use one of the methods that the `Allow` header of the answer lists."),

	NOT_ACCEPTABLE(HttpStatus.NOT_ACCEPTABLE, POINTLESS, NOT_APPLIED, CALLER,
			"The answer cannot be given in the form asked for",
			"The `Accept` header is malformed, or leaves out every media type this path can answer with.",
			"Accept `application/json`, or `application/x-ndjson` for a batch, or leave the header out."),

	UNSUPPORTED_MEDIA_TYPE(HttpStatus.UNSUPPORTED_MEDIA_TYPE, POINTLESS, NOT_APPLIED, CALLER,
			"The media type of the body is not supported", "The body is not declared as JSON, or is compressed.",
			"Send uncompressed JSON with `Content-Type: application/json`. Where it fits, `application/scim+json`, "
					+ "`application/merge-patch+json` and `application/x-ndjson` are taken as well."),

	CONTENT_TOO_LARGE(HttpStatus.CONTENT_TOO_LARGE, POINTLESS, NOT_APPLIED, CALLER, "The body is too large",
			"The body is larger than this path accepts: 64 KiB for one member, 1 MiB or the limit of items for a batch.",
			"Leave out what Sentry does not read; it only looks at `userName` and `sentryOrgRole`. Split large batches."),

	REQUEST_HEADER_TOO_LARGE(HttpStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, POINTLESS, NOT_APPLIED, CALLER,
			"The head of the request is too large",
			"The request line and all headers together are larger than this service accepts. Large tokens and cookies are "
					+ "typical causes.",
			"Send a smaller token, without the claims that nobody needs, and no cookies. The operator of this service can "
					+ "raise the limit, `server.max-http-request-header-size`."),
	MEMBER_EXISTS(HttpStatus.CONFLICT, POINTLESS, NOT_APPLIED, CALLER, "The person is already a member",
			"The organization already has a member with this address, possibly as a second address of an account.",
			"Nothing needs to be done to give the person a seat. The role may differ from the one asked for: `member` shows "
					+ "it where your app may read members and Sentry has time. To get a seat and a role for certain, use `PUT`."),

	MEMBER_ALREADY_INVITED(HttpStatus.CONFLICT, POINTLESS, NOT_APPLIED, CALLER, "The person is already invited",
			"The person has been given a seat before and has not signed in yet.",
			"Tell the person to sign in through single sign-on. Sentry sends no invitation mail for this."),

	MEMBER_AMBIGUOUS(HttpStatus.CONFLICT, POINTLESS, NOT_APPLIED, CALLER, "Several members match the address",
			"Sentry lists more than one member with this address, so that none of them can be picked.",
			"`members` lists their ids. Use `/members/{id}` instead of the address, for example to delete the one that is "
					+ "not wanted. A pending invite in another letter case and a member created beside it are such a pair."),

	MEMBER_PROTECTED(HttpStatus.CONFLICT, POINTLESS, NOT_APPLIED, CALLER, "The member cannot be changed here",
			"The member is an owner of the organization, its last owner, or managed by a Sentry partner.",
			"Make the change in Sentry's own pages."),

	IDEMPOTENCY_KEY_IN_USE(HttpStatus.CONFLICT, SAFE, UNKNOWN, CALLER,
			"A request with this idempotency key is still running",
			"An earlier request with the same `Idempotency-Key` has not ended yet.",
			"Wait as long as `Retry-After` says and send the same request again."),

	IDEMPOTENCY_KEY_REUSED(HttpStatus.UNPROCESSABLE_CONTENT, POINTLESS, NOT_APPLIED, CALLER,
			"The idempotency key belongs to another request",
			"The same `Idempotency-Key` was used before for another member, role or organization.",
			"Use a new key for a new request."),

	ROLE_NOT_AVAILABLE(HttpStatus.UNPROCESSABLE_CONTENT, POINTLESS, NOT_APPLIED, CALLER,
			"The organization does not have this role",
			"Sentry refuses the role for this organization. A self-hosted Sentry has no `billing` role, for example.",
			"Ask for another role, or leave the role out to give the organization's default."),

	REJECTED_BY_SENTRY(HttpStatus.UNPROCESSABLE_CONTENT, POINTLESS, NOT_APPLIED, CALLER,
			"Sentry refuses the member data",
			"The request passed the checks of this service, but Sentry does not take the address. It blocks some "
					+ "mail domains, for example.",
			"Use another address. If the address is fine, ask whoever runs this service to look into its log."),

	TOO_MANY_REQUESTS(HttpStatus.TOO_MANY_REQUESTS, SAFE, NOT_APPLIED, CALLER, "The caller is over its quota",
			"Your app has sent more requests than its policy allows in this time.",
			"Wait as long as `Retry-After` says and send the same request again."),

	BUSY(HttpStatus.TOO_MANY_REQUESTS, SAFE, NOT_APPLIED, SENTRY, "Too many requests are waiting for Sentry",
			"Requests are sent to Sentry only as fast as Sentry allows, and one after the other for the same person. This "
					+ "one would have had to wait too long.",
			"Wait as long as `Retry-After` says and send the same request again."),

	RATE_LIMITED_BY_SENTRY(HttpStatus.TOO_MANY_REQUESTS, SAFE, NOT_APPLIED, SENTRY, "Sentry limits the rate",
			"Sentry refused the request because the organization has used up its allowance for now.",
			"Wait as long as `Retry-After` says and send the same request again."),

	SENTRY_CREDENTIALS_REFUSED(HttpStatus.BAD_GATEWAY, POINTLESS, NOT_APPLIED, OPERATOR,
			"Sentry refuses the service's credentials",
			"Sentry does not accept the token of this service: it is wrong, expired, lacks a scope, belongs "
					+ "to another organization, its user is disabled, or SCIM is not switched on.",
			"Your app can do nothing. Whoever runs this service finds the cause in its log."),

	SENTRY_MISCONFIGURED(HttpStatus.BAD_GATEWAY, POINTLESS, NOT_APPLIED, OPERATOR,
			"The service does not reach Sentry's SCIM API",
			"The response did not come from Sentry's SCIM API for this organization. The slug, the region or the base URL "
					+ "is wrong, or something between this service and Sentry answered: a firewall, a gateway, a proxy. If a "
					+ "change was sent and looking at the member does not show it, `outcome` is `unknown`.",
			"Your app can do nothing until the operator of this service has fixed the cause, which its log names. If "
					+ "`outcome` is `unknown`, look at the member then: the change may have been made."),

	OUTCOME_UNKNOWN(HttpStatus.BAD_GATEWAY, SAFE, UNKNOWN, SENTRY, "It is not known what became of the request",
			"The change was sent to Sentry, no answer came back that tells whether it was made, and looking at the member "
					+ "did not tell either. The status is 504 where the time was over, otherwise 502.",
			"Send the same request again: no change is made twice, and Sentry never creates a second member for the same "
					+ "address. With the same `Idempotency-Key` a new member is looked for first. Where `Retry-After` is given, the person has "
					+ "probably asked to join with another role, and somebody has to decide about that in Sentry."),

	SENTRY_UNAVAILABLE(HttpStatus.SERVICE_UNAVAILABLE, SAFE, NOT_APPLIED, SENTRY, "Sentry cannot be reached",
			"No connection to Sentry could be made, Sentry said that it did not process the request, it did not answer a "
					+ "question, or it failed so often of late that it is left in peace for some seconds.",
			"Send the same request again later, as late as `Retry-After` says where it is given."),

	SERVICE_STOPPING(HttpStatus.SERVICE_UNAVAILABLE, SAFE, NOT_APPLIED, CALLER, "The service is stopping",
			"The service is being stopped or restarted and accepts no more batches.",
			"Send the same batch again after the time in `Retry-After`."),
	IDENTITY_PROVIDER_UNAVAILABLE(HttpStatus.SERVICE_UNAVAILABLE, SAFE, NOT_APPLIED, OPERATOR,
			"Tokens cannot be verified at present",
			"The keys to verify the token with are not known, because the identity provider does not respond, or because its "
					+ "keys were fetched only seconds ago. Tokens with known keys and caller keys are accepted.",
			"Wait as long as `Retry-After` says and send the same request again. If the problem lasts, tell the operator of this "
					+ "service: the cause is in its log."),

	IDENTITY_PROVIDER_MISCONFIGURED(HttpStatus.BAD_GATEWAY, POINTLESS, NOT_APPLIED, OPERATOR,
			"Tokens cannot be verified with this configuration",
			"The identity provider responds, but has no keys to verify the token with: there is no discovery document at its "
					+ "address, the document is another issuer's, or its key set has no usable key. Tokens with known keys and "
					+ "caller keys are accepted.",
			"Your app can do nothing. The operator of this service finds the cause in its log and in `/actuator/health`."),

	INTERNAL_ERROR(HttpStatus.INTERNAL_SERVER_ERROR, POINTLESS, UNKNOWN, OPERATOR, "The service has a fault",
			"Something went wrong inside this service.",
			"Tell whoever runs this service the `requestId`: the cause is in its log under that id.");

	private final HttpStatus status;

	private final Retry retry;

	private final Outcome outcome;

	private final Fault fault;

	private final String title;

	private final String cause;

	private final String remedy;

	ProblemType(HttpStatus status, Retry retry, Outcome outcome, Fault fault, String title, String cause,
			String remedy) {
		this.status = status;
		this.retry = retry;
		this.outcome = outcome;
		this.fault = fault;
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
	 * The problem's {@code type}, relative to the service, where a page about it is
	 * found.
	 * @return {@code /problems/} and the slug
	 */
	public URI uri() {
		return URI.create("/problems/" + slug());
	}

	public HttpStatus status() {
		return this.status;
	}

	public Retry retry() {
		return this.retry;
	}

	/**
	 * What became of the request where the problem itself does not say otherwise.
	 * @return the usual outcome
	 */
	public Outcome outcome() {
		return this.outcome;
	}

	public Fault fault() {
		return this.fault;
	}

	public String title() {
		return this.title;
	}

	/**
	 * How it comes to this problem.
	 * @return sentences in which code is set in backticks
	 */
	public String cause() {
		return this.cause;
	}

	/**
	 * What to do about it.
	 * @return sentences in which code is set in backticks
	 */
	public String remedy() {
		return this.remedy;
	}

	static Optional<ProblemType> find(String slug) {
		return Arrays.stream(values()).filter((type) -> type.slug().equals(slug)).findFirst();
	}

	/**
	 * The problem that stands for a status set by Spring MVC or by Tomcat.
	 * @param status any error status
	 * @return the type; a client error that has none of its own is an invalid request
	 */
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
			// Tomcat's words for requests it does not understand: an unknown transfer
			// coding
			// or protocol version is the caller's fault, not ours.
			case 501, 505 -> INVALID_REQUEST;
			default -> (status < 500) ? INVALID_REQUEST : INTERNAL_ERROR;
		};
	}

}
