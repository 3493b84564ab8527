package dev.memberproxy.sentry;

import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

import dev.memberproxy.core.EmailAddress;
import dev.memberproxy.sentry.Answer.AlreadyInvited;
import dev.memberproxy.sentry.Answer.AlreadyMember;
import dev.memberproxy.sentry.Answer.CredentialsRefused;
import dev.memberproxy.sentry.Answer.DataRefused;
import dev.memberproxy.sentry.Answer.Failure;
import dev.memberproxy.sentry.Answer.SentryFault;
import dev.memberproxy.sentry.Answer.NotForwarded;
import dev.memberproxy.sentry.Answer.RateLimited;
import dev.memberproxy.sentry.Answer.RoleRefused;
import dev.memberproxy.sentry.Answer.Unclear;
import dev.memberproxy.sentry.Answer.WebPage;
import dev.memberproxy.sentry.Answer.WrongEndpoint;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;

/**
 * Gives every answer of Sentry its one meaning (contract sections 1.7, 2 and 3). Accepts
 * all variants of the wire format since 2021; never fails.
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
	 * @return the meaning
	 */
	Answer readCreated(RawAnswer answer) {
		int status = answer.status();
		Content content = content(answer);
		if (status == 201 && content instanceof Content.Json json) {
			return MemberReader.read(json.root()).<Answer>map(Answer.Created::new).orElseGet(() -> noMember(status));
		}
		return failure(status, answer.headers(), content);
	}

	/**
	 * The meaning of an answer to {@code GET Users} that was filtered by an address.
	 * @param answer the answer
	 * @param address the address that was searched for
	 * @return the meaning
	 */
	Lookup readFound(RawAnswer answer, EmailAddress address) {
		int status = answer.status();
		Content content = content(answer);
		if (status == 200 && content instanceof Content.Json json) {
			return MemberReader.readAll(json.root())
				.map((members) -> pick(members, address))
				.orElseGet(() -> new Lookup.Failed(new Unclear(status, "The answer holds no list of members.")));
		}
		return new Lookup.Failed(failure(status, answer.headers(), content));
	}

	private static Lookup pick(List<Member> members, EmailAddress address) {
		List<Member> hits = members.stream().filter((member) -> member.hasAddress(address)).toList();
		return switch (hits.size()) {
			case 0 -> new Lookup.NoHit();
			case 1 -> new Lookup.Hit(hits.getFirst());
			default -> new Lookup.SeveralHits();
		};
	}

	private Content content(RawAnswer answer) {
		return this.contentReader.read(answer.body(), answer.headers().getFirst(HttpHeaders.CONTENT_TYPE));
	}

	private Failure failure(int status, HttpHeaders headers, Content content) {
		return switch (status / 100) {
			case 2 -> (content instanceof Content.Html)
					? new WebPage(status, "A web page answers in place of Sentry's SCIM API.") : noMember(status);
			case 3 -> new WrongEndpoint(status, "Sentry's address answers with a redirect.");
			case 4 -> clientError(status, headers, content);
			default -> serverError(status, content);
		};
	}

	private Failure clientError(int status, HttpHeaders headers, Content content) {
		return switch (status) {
			case 400, 409 -> refusal(status, content);
			case 401 -> new CredentialsRefused(status, CredentialsDiagnosis.ofUnauthorized(content));
			case 403 -> new CredentialsRefused(status,
					CredentialsDiagnosis.ofForbidden(headers.getFirst(HttpHeaders.WWW_AUTHENTICATE)));
			case 404 -> new WrongEndpoint(status,
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

}
