package dev.memberproxy.sentry;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

import dev.memberproxy.core.EmailAddress;
import dev.memberproxy.core.MemberId;
import dev.memberproxy.sentry.Failure.Ambiguous;
import dev.memberproxy.sentry.Failure.AmbiguousReason;
import dev.memberproxy.sentry.Failure.NotProcessed;
import dev.memberproxy.sentry.Failure.Refusal;
import dev.memberproxy.sentry.Failure.RefusalReason;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Gives every response its one meaning. Accepts all variants of Sentry's responses since
 * 2021 and never fails. A response that Sentry did not write, or that does not fit the
 * request, shows only that something stands between Sentry and this service.
 * <p>
 * See docs/sentry-scim-contract.md, sections 2, 5, 6 and 12 to 15.
 */
final class ResponseReader {

	private static final Pattern ERROR_ID = Pattern.compile("[0-9a-f]{32}");

	private ResponseReader() {
	}

	static SentryResult<Member> readCreated(RawResponse response) {
		return readMember(response, 201, SentryRequest.Type.CREATE);
	}

	static SentryResult<Member> readMember(RawResponse response) {
		return readMember(response, 200, SentryRequest.Type.READ);
	}

	static SentryResult<Member> readUpdated(RawResponse response) {
		return readMember(response, 200, SentryRequest.Type.UPDATE_ROLE);
	}

	static SentryResult<MemberId> readDeleted(RawResponse response, MemberId id) {
		return (response.status() == 204) ? new SentryResult.Success<>(id)
				: new SentryResult.Failed<>(failure(response, Content.of(response), SentryRequest.Type.DELETE));
	}

	static SentryResult<Lookup> readFound(RawResponse response, EmailAddress address) {
		return readList(response, (list) -> MemberJson.readAll(list).map((members) -> select(members, address)));
	}

	static SentryResult<MemberPage> readPage(RawResponse response) {
		return readList(response, MemberJson::readPage);
	}

	private static SentryResult<Member> readMember(RawResponse response, int success, SentryRequest.Type type) {
		Content content = Content.of(response);
		if (response.status() == success && content.isJson()) {
			return MemberJson.read(content.root())
				.<SentryResult<Member>>map(SentryResult.Success::new)
				.orElseGet(() -> new SentryResult.Failed<>(withoutMember(success)));
		}
		return new SentryResult.Failed<>(failure(response, content, type));
	}

	private static <T> SentryResult<T> readList(RawResponse response, Function<JsonNode, Optional<T>> reader) {
		Content content = Content.of(response);
		if (response.status() == 200 && content.isJson()) {
			return reader.apply(content.root())
				.<SentryResult<T>>map(SentryResult.Success::new)
				.orElseGet(() -> new SentryResult.Failed<>(unclear(200, "The response contains no list of members.")));
		}
		return new SentryResult.Failed<>(failure(response, content, SentryRequest.Type.LIST));
	}

	private static Lookup select(List<Member> members, EmailAddress address) {
		List<Member> hits = members.stream().filter((member) -> member.hasAddress(address)).toList();
		return new Lookup(hits, hits.size() < members.size());
	}

	private static Failure failure(RawResponse response, Content content, SentryRequest.Type type) {
		int status = response.status();
		return switch (status / 100) {
			case 2 -> (content.kind() == Content.Kind.HTML)
					? Ambiguous.of(AmbiguousReason.WEB_PAGE, status,
							"A web page was returned instead of a response of Sentry's SCIM API.")
					: withoutMember(status);
			case 3 -> foreign(status, content);
			case 4 -> clientError(response, content, type);
			default -> serverError(status, content);
		};
	}

	/**
	 * Only Sentry's own words about the request count. Rate limits and time-outs say
	 * nothing about it, wherever they come from.
	 */
	private static Failure clientError(RawResponse response, Content content, SentryRequest.Type type) {
		int status = response.status();
		return switch (status) {
			case 408 -> unclear(status, "Sentry, or something in front of it, stopped waiting for the request.");
			case 429 -> NotProcessed.rateLimited(status, "Sentry's rate limit is used up.",
					RateLimits.retryAfter(response.headers(), response.receivedAt()));
			default -> SentryError.find(content, response.headers())
				.<Failure>flatMap((error) -> Optional.ofNullable(refusal(status, error, type)))
				.orElseGet(() -> foreign(status, content));
		};
	}

	/**
	 * The meaning of an error response of Sentry.
	 * @return the refusal, or null if Sentry does not refuse such a request in this way
	 */
	private static @Nullable Refusal refusal(int status, SentryError error, SentryRequest.Type type) {
		return switch (status) {
			case 400,
					409 ->
				error.isOfGarbledRequest()
						? wrongEndpoint(status,
								"The request that arrived at Sentry is not the one that this service sent.")
						: dataRefusal(status, error, type);
			case 401 -> error.isFromApi()
					? new Refusal(RefusalReason.TOKEN_REJECTED, status, error.unauthorizedDiagnosis()) : null;
			case 403 -> error.isFromApi() ? forbidden(status, error, type) : null;
			case 404 -> notFound(status, error, type);
			case 405 ->
				(error.isFromApi() && error.says("not allowed"))
						? wrongEndpoint(status,
								"Sentry does not know this request. Check the base URL and the version of Sentry.")
						: null;
			default -> null;
		};
	}

	private static @Nullable Refusal forbidden(int status, SentryError error, SentryRequest.Type type) {
		// The last owner, or a member that a partner of Sentry manages.
		if (error.says("only remaining owner") || error.says("partnership")) {
			return type.changesOneMember()
					? new Refusal(RefusalReason.MEMBER_PROTECTED, status, "Sentry protects the member.") : null;
		}
		return new Refusal(RefusalReason.TOKEN_NOT_PERMITTED, status, error.forbiddenDiagnosis(type.scope()));
	}

	private static @Nullable Refusal notFound(int status, SentryError error, SentryRequest.Type type) {
		if (error.isScim() && type.isAboutOneMember()) {
			return new Refusal(RefusalReason.NO_SUCH_MEMBER, status, "Sentry has no such member.");
		}
		return (error.isFromApi() || error.isOfRoute()) ? wrongEndpoint(status,
				"Sentry has no such organization at this address. Check slug, region and base URL.") : null;
	}

	private static @Nullable Refusal dataRefusal(int status, SentryError error, SentryRequest.Type type) {
		if (!error.isFromApi() && !error.isOfFields()) {
			return null;
		}
		if (error.says("already been invited")) {
			return (type == SentryRequest.Type.CREATE)
					? new Refusal(RefusalReason.ALREADY_INVITED, status, "The address has a pending invitation.")
					: null;
		}
		if (status == 409 || "uniqueness".equals(error.text("scimType")) || error.says("already exists")
				|| error.says("already a member")) {
			return (type == SentryRequest.Type.CREATE)
					? new Refusal(RefusalReason.ALREADY_MEMBER, status, "The address belongs to a member.") : null;
		}
		if (!type.carriesData()) {
			return null;
		}
		return error.says("invalid organization role")
				? new Refusal(RefusalReason.ROLE_NOT_AVAILABLE, status, "The organization does not offer the role.")
				: new Refusal(RefusalReason.INVALID_DATA, status, "Sentry found a fault in the member's data.");
	}

	private static Failure serverError(int status, Content content) {
		String detail = content.text("detail");
		if (status == 503 && "apigateway".equals(content.text("error")) && detail != null
				&& detail.toLowerCase(Locale.ROOT).contains("temporarily unavailable")) {
			return NotProcessed.notForwarded(status, "Sentry's gateway currently forwards no requests.");
		}
		if (status == 500 && "Internal Error".equals(detail)) {
			return Ambiguous.internalError(status, "Sentry failed.", errorId(content));
		}
		return unclear(status, "Sentry, or something in front of it, failed.");
	}

	private static Refusal wrongEndpoint(int status, String diagnosis) {
		return new Refusal(RefusalReason.WRONG_ENDPOINT, status, diagnosis);
	}

	private static Ambiguous foreign(int status, Content content) {
		String response = (status < 400) ? "a redirect" : status + " and " + content.kind().description();
		return Ambiguous.of(AmbiguousReason.FOREIGN_RESPONSE, status,
				"Something between this service and Sentry responded with " + response + ".");
	}

	private static Ambiguous withoutMember(int status) {
		return unclear(status, "The response contains no member.");
	}

	private static Ambiguous unclear(int status, String diagnosis) {
		return Ambiguous.of(AmbiguousReason.UNCLEAR, status, diagnosis);
	}

	private static @Nullable String errorId(Content content) {
		String errorId = content.text("errorId");
		return (errorId != null && ERROR_ID.matcher(errorId).matches()) ? errorId : null;
	}

}
