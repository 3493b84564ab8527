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
 * Gives every answer of Sentry its one meaning (contract sections 1.7, 2 and 3). Accepts
 * all variants of the wire format since 2021; never fails.
 */
final class AnswerReader {

	private static final Pattern ERROR_ID = Pattern.compile("[0-9a-f]{32}");

	private static final String SCIM_ERROR = "urn:ietf:params:scim:api:messages:2.0:Error";

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
			case 3 -> new WrongEndpoint(status, "Sentry's address answers with a redirect.");
			case 4 -> clientError(status, answer.headers(), content, request);
			default -> serverError(status, content);
		};
	}

	private Failure clientError(int status, HttpHeaders headers, Content content, Request request) {
		if (request.isAboutOneMember() && (status == 403 || status == 404) && content instanceof Content.Unreadable) {
			return new Unclear(status, "The reason of the refusal cannot be read.");
		}
		return switch (status) {
			case 400, 409 -> refusal(status, content);
			case 401 -> new CredentialsRefused(status, CredentialsDiagnosis.ofUnauthorized(content));
			case 403 -> request.isAboutOneMember() && protectsMember(content)
					? new ProtectedMember(status, "Sentry protects the member.")
					: new CredentialsRefused(status, CredentialsDiagnosis
						.ofForbidden(headers.getFirst(HttpHeaders.WWW_AUTHENTICATE), request.scope()));
			case 404 -> request.isAboutOneMember() && isScimError(content)
					? new NoSuchMember(status, "Sentry knows no such member.") : new WrongEndpoint(status,
							"Sentry knows no such organization at this address: check slug, region and base URL.");
			case 408 -> new Unclear(status, "Sentry gave up waiting for the request.");
			case 429 -> new RateLimited(status, "Sentry's rate limit is used up.",
					RetryAfter.of(headers, this.clock.instant()));
			default -> new WrongEndpoint(status, "Sentry's SCIM API does not answer with this status: check the base"
					+ " URL and what stands between.");
		};
	}

	private static Failure refusal(int status, Content content) {
		return switch (content) {
			case Content.Json json -> refusal(status, json);
			case Content.Html _, Content.Empty _ when status == 400 ->
				new WrongEndpoint(status, "Something in front of Sentry refuses the request.");
			case Content.Unreadable _ when status == 400 ->
				new Unclear(status, "The reason of the refusal cannot be read.");
			default -> (status == 409) ? alreadyMember(status) : dataRefused(status);
		};
	}

	/**
	 * Goes by what stands in any text of the body. None of the phrases can come from the
	 * caller's address, which Sentry echoes: an address has no blanks.
	 */
	private static Failure refusal(int status, Content.Json json) {
		String texts = String.join("\n", json.texts()).toLowerCase(Locale.ROOT);
		if (texts.contains("already been invited")) {
			return new AlreadyInvited(status, "The address has a pending invite.");
		}
		if (status == 409 || "uniqueness".equals(json.text("scimType")) || texts.contains("already exists")
				|| texts.contains("already a member")) {
			return alreadyMember(status);
		}
		if (texts.contains("invalid organization role")) {
			return new RoleRefused(status, "The organization does not have the role.");
		}
		if (texts.contains("json parse error") || texts.contains("invalid scim payload")
				|| texts.contains("invalid origin")) {
			return new WrongEndpoint(status, "What reached Sentry is not what was sent.");
		}
		return dataRefused(status);
	}

	/**
	 * The last owner, or somebody whom a partner of Sentry's manages (contract section
	 * 2.5).
	 */
	private static boolean protectsMember(Content content) {
		if (!(content instanceof Content.Json json)) {
			return false;
		}
		String texts = String.join("\n", json.texts()).toLowerCase(Locale.ROOT);
		return texts.contains("only remaining owner") || texts.contains("partnership");
	}

	/**
	 * What a missing member has and a missing organization has not (contract section
	 * 2.6).
	 */
	private static boolean isScimError(Content content) {
		return content instanceof Content.Json json && json.root().path("schemas").toString().contains(SCIM_ERROR);
	}

	private static Failure serverError(int status, Content content) {
		if (content instanceof Content.Json json) {
			String detail = json.text("detail");
			if (status == 503 && "apigateway".equals(json.text("error")) && detail != null
					&& detail.toLowerCase(Locale.ROOT).contains("temporarily unavailable")) {
				return new NotForwarded(status, "Sentry's gateway does not forward requests at present.");
			}
			if (status == 500 && (json.root().has("errorId") || "Internal Error".equals(detail))) {
				return new SentryFault(status, "Sentry failed.", errorId(json));
			}
		}
		return new Unclear(status, "Sentry, or something in front of it, failed.");
	}

	private static Unclear noMember(int status) {
		return new Unclear(status, "The answer holds no member.");
	}

	private static Failure alreadyMember(int status) {
		return new AlreadyMember(status, "The address belongs to a member.");
	}

	private static Failure dataRefused(int status) {
		return new DataRefused(status, "Sentry finds a fault in the member data.");
	}

	private static @Nullable String errorId(Content.Json json) {
		String errorId = json.text("errorId");
		return (errorId != null && ERROR_ID.matcher(errorId).matches()) ? errorId : null;
	}

	/** What was asked of Sentry, as far as the meaning of a refusal depends on it. */
	private enum Request {

		CREATE("member:write", false), LIST("member:read", false), READ_MEMBER("member:read", true),
		CHANGE_MEMBER("member:write", true), REMOVE_MEMBER("member:admin", true);

		private final String scope;

		private final boolean aboutOneMember;

		Request(String scope, boolean aboutOneMember) {
			this.scope = scope;
			this.aboutOneMember = aboutOneMember;
		}

		/** The scope that the token needs (contract section 5). */
		String scope() {
			return this.scope;
		}

		boolean isAboutOneMember() {
			return this.aboutOneMember;
		}

	}

}
