package dev.memberproxy.sentry;

import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

import dev.memberproxy.core.EmailAddress;
import dev.memberproxy.sentry.Failure.AlreadyInvited;
import dev.memberproxy.sentry.Failure.AlreadyMember;
import dev.memberproxy.sentry.Failure.CredentialsRefused;
import dev.memberproxy.sentry.Failure.DataRefused;
import dev.memberproxy.sentry.Failure.ForeignResponse;
import dev.memberproxy.sentry.Failure.NoSuchMember;
import dev.memberproxy.sentry.Failure.NotForwarded;
import dev.memberproxy.sentry.Failure.ProtectedMember;
import dev.memberproxy.sentry.Failure.RateLimited;
import dev.memberproxy.sentry.Failure.RoleRefused;
import dev.memberproxy.sentry.Failure.SentryFault;
import dev.memberproxy.sentry.Failure.Unclear;
import dev.memberproxy.sentry.Failure.WebPage;
import dev.memberproxy.sentry.Failure.WrongEndpoint;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

import org.springframework.http.HttpHeaders;

/**
 * Gives every response its one meaning. Accepts all variants of Sentry's wire format
 * since 2021; never fails. What Sentry did not write, and what does not fit the request,
 * means nothing but that something stands between.
 */
final class AnswerReader {

	private static final Pattern ERROR_ID = Pattern.compile("[0-9a-f]{32}");

	private final ContentReader contentReader = new ContentReader();

	private final InstantSource clock;

	AnswerReader(InstantSource clock) {
		this.clock = clock;
	}

	RateLimits readLimits(HttpHeaders headers) {
		return RateLimits.of(headers, this.clock.instant());
	}

	/**
	 * The meaning of an answer to {@code POST Users}.
	 * @param answer the answer
	 * @return the member created, or why there is none
	 */
	Answer<Member> readCreated(RawAnswer answer) {
		return readMember(answer, 201, Request.CREATE);
	}

	/**
	 * The meaning of an answer to {@code GET Users/{id}}.
	 * @param answer the answer
	 * @return the member, or why there is none
	 */
	Answer<Member> readMember(RawAnswer answer) {
		return readMember(answer, 200, Request.READ_MEMBER);
	}

	/**
	 * The meaning of an answer to {@code PUT Users/{id}}.
	 * @param answer the answer
	 * @return the member as it is now, or why it was not changed
	 */
	Answer<Member> readChanged(RawAnswer answer) {
		return readMember(answer, 200, Request.CHANGE_MEMBER);
	}

	/**
	 * The meaning of an answer to {@code DELETE Users/{id}}.
	 * @param answer the answer
	 * @return that the member is gone, or why it is not
	 */
	Answer<Removed> readRemoved(RawAnswer answer) {
		return (answer.status() == 204) ? new Answer.Success<>(new Removed())
				: new Answer.Failed<>(failure(answer, content(answer), Request.REMOVE_MEMBER));
	}

	/**
	 * The meaning of an answer to {@code GET Users} that was filtered by an address.
	 * @param answer the answer
	 * @param address the address that was searched for
	 * @return what was found, or why that is not known
	 */
	Answer<Lookup> readFound(RawAnswer answer, EmailAddress address) {
		return readList(answer, (list) -> MemberReader.readAll(list).map((members) -> pick(members, address)));
	}

	/**
	 * The meaning of an answer to {@code GET Users} without a filter.
	 * @param answer the answer
	 * @return the page, or why it is not known
	 */
	Answer<MemberPage> readPage(RawAnswer answer) {
		return readList(answer, MemberReader::readPage);
	}

	private Answer<Member> readMember(RawAnswer answer, int success, Request request) {
		Content content = content(answer);
		if (answer.status() == success && content instanceof Content.Json json) {
			return MemberReader.read(json.root())
				.<Answer<Member>>map(Answer.Success::new)
				.orElseGet(() -> new Answer.Failed<>(noMember(success)));
		}
		return new Answer.Failed<>(failure(answer, content, request));
	}

	private <T> Answer<T> readList(RawAnswer answer, Function<JsonNode, Optional<T>> reader) {
		Content content = content(answer);
		if (answer.status() == 200 && content instanceof Content.Json json) {
			return reader.apply(json.root())
				.<Answer<T>>map(Answer.Success::new)
				.orElseGet(() -> new Answer.Failed<>(new Unclear(200, "The answer holds no list of members.")));
		}
		return new Answer.Failed<>(failure(answer, content, Request.LIST));
	}

	private static Lookup pick(List<Member> members, EmailAddress address) {
		List<Member> hits = members.stream().filter((member) -> member.hasAddress(address)).toList();
		return switch (hits.size()) {
			case 0 -> new Lookup.NoHit(!members.isEmpty());
			case 1 -> new Lookup.Hit(hits.getFirst());
			default -> new Lookup.SeveralHits(hits);
		};
	}

	private Content content(RawAnswer answer) {
		return this.contentReader.read(answer.body(), answer.headers().getFirst(HttpHeaders.CONTENT_TYPE));
	}

	private Failure failure(RawAnswer answer, Content content, Request request) {
		int status = answer.status();
		return switch (status / 100) {
			case 2 -> (content instanceof Content.Html)
					? new WebPage(status, "A web page answers in place of Sentry's SCIM API.") : noMember(status);
			case 3 -> foreign(status, content);
			case 4 -> clientError(status, answer.headers(), content, request);
			default -> serverError(status, content);
		};
	}

	/**
	 * Only Sentry's own words about what was asked count. A rate limit and a time-out say
	 * nothing about it, whoever reports them.
	 */
	private Failure clientError(int status, HttpHeaders headers, Content content, Request request) {
		return switch (status) {
			case 408 -> new Unclear(status, "Sentry, or something in front of it, gave up waiting for the request.");
			case 429 -> new RateLimited(status, "Sentry's rate limit is used up.",
					RetryAfter.of(headers, this.clock.instant()));
			default -> SentryError.find(content, headers)
				.flatMap((error) -> refusal(status, headers, error, request))
				.orElseGet(() -> foreign(status, content));
		};
	}

	/**
	 * What Sentry refuses.
	 * @return the refusal, or empty if such a request cannot be refused so
	 */
	private static Optional<Failure> refusal(int status, HttpHeaders headers, SentryError error, Request request) {
		return Optional.ofNullable(switch (status) {
			case 400,
					409 ->
				error.isOfGarbledRequest()
						? new WrongEndpoint(status, "What arrived at Sentry is not what this service sent.")
						: dataRefusal(status, error, request);
			case 401 ->
				error.isFromApi() ? new CredentialsRefused(status, CredentialsDiagnosis.ofUnauthorized(error)) : null;
			case 403 -> error.isFromApi() ? forbidden(status, headers, error, request) : null;
			case 404 -> notFound(status, error, request);
			case 405 ->
				(error.isFromApi() && error.says("not allowed"))
						? new WrongEndpoint(status,
								"Sentry does not know this request: check the base URL and the version of Sentry.")
						: null;
			default -> null;
		});
	}

	private static @Nullable Failure forbidden(int status, HttpHeaders headers, SentryError error, Request request) {
		// The last owner, or somebody whom a partner of Sentry's manages.
		if (error.says("only remaining owner") || error.says("partnership")) {
			return request.changesOneMember() ? new ProtectedMember(status, "Sentry protects the member.") : null;
		}
		return new CredentialsRefused(status,
				CredentialsDiagnosis.ofForbidden(headers.getFirst(HttpHeaders.WWW_AUTHENTICATE), request.scope()));
	}

	private static @Nullable Failure notFound(int status, SentryError error, Request request) {
		if (error.isScim() && request.isAboutOneMember()) {
			return new NoSuchMember(status, "Sentry knows no such member.");
		}
		return (error.isFromApi() || error.isOfRoute()) ? new WrongEndpoint(status,
				"Sentry knows no such organization at this address: check slug, region and base URL.") : null;
	}

	private static @Nullable Failure dataRefusal(int status, SentryError error, Request request) {
		if (!error.isFromApi() && !error.isOfFields()) {
			return null;
		}
		if (error.says("already been invited")) {
			return (request == Request.CREATE) ? new AlreadyInvited(status, "The address has a pending invite.") : null;
		}
		if (status == 409 || "uniqueness".equals(error.text("scimType")) || error.says("already exists")
				|| error.says("already a member")) {
			return (request == Request.CREATE) ? new AlreadyMember(status, "The address belongs to a member.") : null;
		}
		if (!request.carriesData()) {
			return null;
		}
		return error.says("invalid organization role")
				? new RoleRefused(status, "The organization does not have the role.")
				: new DataRefused(status, "Sentry finds a fault in the member data.");
	}

	private static ForeignResponse foreign(int status, Content content) {
		return new ForeignResponse(status, "Something between this service and Sentry responded with "
				+ ((status < 400) ? "a redirect" : status + " and " + content.description()) + ".");
	}

	private static Failure serverError(int status, Content content) {
		if (content instanceof Content.Json json) {
			String detail = json.text("detail");
			if (status == 503 && "apigateway".equals(json.text("error")) && detail != null
					&& detail.toLowerCase(Locale.ROOT).contains("temporarily unavailable")) {
				return new NotForwarded(status, "Sentry's gateway does not forward requests at present.");
			}
			if (status == 500 && "Internal Error".equals(detail)) {
				return new SentryFault(status, "Sentry failed.", errorId(json));
			}
		}
		return new Unclear(status, "Sentry, or something in front of it, failed.");
	}

	private static Unclear noMember(int status) {
		return new Unclear(status, "The answer holds no member.");
	}

	private static @Nullable String errorId(Content.Json json) {
		String errorId = json.text("errorId");
		return (errorId != null && ERROR_ID.matcher(errorId).matches()) ? errorId : null;
	}

	/** What was asked of Sentry, as far as the meaning of a refusal depends on it. */
	private enum Request {

		CREATE("member:write"), LIST("member:read"), READ_MEMBER("member:read"), CHANGE_MEMBER("member:write"),
		REMOVE_MEMBER("member:admin");

		private final String scope;

		Request(String scope) {
			this.scope = scope;
		}

		/** The scope that the token needs. */
		String scope() {
			return this.scope;
		}

		boolean isAboutOneMember() {
			return this == READ_MEMBER || changesOneMember();
		}

		boolean changesOneMember() {
			return this == CHANGE_MEMBER || this == REMOVE_MEMBER;
		}

		boolean carriesData() {
			return this == CREATE || this == CHANGE_MEMBER;
		}

	}

}
