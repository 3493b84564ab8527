package dev.memberproxy.members;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import dev.memberproxy.ApiClient;
import dev.memberproxy.Expect;
import dev.memberproxy.SentryStubs;
import dev.memberproxy.WireTests;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.web.util.UriUtils;

import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.exactly;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static com.github.tomakehurst.wiremock.client.WireMock.verify;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/** Ids and addresses in the path. */
@WireTests
class MemberRefTests {

	private static final String ADA = "ada@example.com";

	private static final String SCIM_ERROR = "\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:Error\"]";

	private static final List<String> METHODS = List.of("GET", "PATCH", "DELETE");

	@LocalServerPort
	int port;

	static Stream<Arguments> noRefs() {
		return withMethods("abc", "me", "242a", "-1", "1.5", "0x1", "2_4", "%20242", "\u0661\u0662", "%E2%91%A1",
				"ada.example.com");
	}

	@ParameterizedTest
	@MethodSource("noRefs")
	void requestWhenRefIsNeitherIdNorAddressIsNotFound(String method, String ref) {
		Expect.problem(call(method, encodeNonAscii(ref)), 404, "not-found");
		assertThat(SentryStubs.calls()).isEmpty();
	}

	static Stream<Arguments> longIds() {
		return withMethods("12345678901234567890", "00000000000000000242", "1".repeat(200));
	}

	@ParameterizedTest
	@MethodSource("longIds")
	void requestWhenIdIsTooLongIsNotFound(String method, String id) {
		Expect.problem(call(method, id), 404, "member-not-found");
		assertThat(SentryStubs.calls()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "GET", "PATCH", "DELETE" })
	void requestWhenIdHasMaximumLengthIsSent(String method) {
		SentryStubs.onGetById("9999999999999999999", SentryStubs.noSuchMember());
		Expect.problem(call(method, "9999999999999999999"), 404, "member-not-found");
		assertThat(SentryStubs.calls()).containsExactly("GET /9999999999999999999");
	}

	static Stream<Arguments> faultyAddresses() {
		return withMethods("@", "a@b", "@example.com", "ada@", "ada@@example.com", "ada%20l@example.com",
				"ada%2Cl@example.com", "%22ada%22@example.com", "a".repeat(243) + "@example.com");
	}

	@ParameterizedTest
	@MethodSource("faultyAddresses")
	void requestWhenAddressIsMalformedIsInvalid(String method, String address) {
		JsonNode problem = Expect.problem(call(method, address), 400, "invalid-request");
		assertThat(Expect.errors(problem)).containsExactly(":invalid-address");
		assertThat(SentryStubs.calls()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "o'brien+sentry@example.com", "a&b=c#d?e@example.com", "{x}|~`^$!*_@example.com",
			"ada@xn--bcher-kva.example", "242@example.com" })
	void requestSearchesForTheExactAddress(String address) {
		SentryStubs.onGet(SentryStubs.list(SentryStubs.user("242", address, "member")));
		JsonNode member = Expect.reading(call("GET", UriUtils.encode(address, StandardCharsets.UTF_8)));
		assertThat(member.path("userName").stringValue()).isEqualTo(address);
		verifySearchFor(address);
	}

	@ParameterizedTest
	@ValueSource(strings = { "ada+l@example.com", "ADA%2bL%40Example.COM", "%20ada+l@example.com%20" })
	void requestNormalizesTheAddress(String ref) {
		SentryStubs.onGet(SentryStubs.list(SentryStubs.user("242", "ada+l@example.com", "member")));
		Expect.reading(call("GET", ref));
		verifySearchFor("ada+l@example.com");
	}

	static Stream<Arguments> misses() {
		String other = SentryStubs.user("1", "lovelace@example.com", "member");
		String nameless = other.replace("\"userName\":\"lovelace@example.com\",", "");
		return Stream
			.of(argumentSet("none", SentryStubs.list(), 404, "member-not-found"),
					argumentSet("another address", SentryStubs.list(other), 404, "member-not-found"),
					argumentSet("no address", SentryStubs.list(nameless), 404, "member-not-found"),
					argumentSet("several",
							SentryStubs.list(SentryStubs.user("1", ADA, "member"),
									SentryStubs.user("2", "ADA@Example.com", "member")),
							409, "member-ambiguous"))
			.flatMap((row) -> METHODS.stream()
				.map((method) -> argumentSet(row.getName() + ", " + method, method, row.get()[0], row.get()[1],
						row.get()[2])));
	}

	@ParameterizedTest
	@MethodSource("misses")
	void requestWhenSearchFindsNotExactlyOneSendsNoChange(String method, ResponseDefinitionBuilder found, int status,
			String slug) {
		SentryStubs.onGet(found);
		HttpResponse<String> response = call(method, "ada%40example.com");
		JsonNode problem = Expect.problem(response, status, slug);
		assertThat(problem.path("retryable").booleanValue(true)).isFalse();
		assertThat(response.body()).doesNotContain("lovelace", ADA);
		if (slug.equals("member-ambiguous")) {
			assertThat(problem.path("members").toString())
				.isEqualTo("[{\"id\":\"1\",\"sentryOrgRole\":\"member\"},{\"id\":\"2\",\"sentryOrgRole\":\"member\"}]");
		}
		assertThat(SentryStubs.calls()).containsExactly("GET");
	}

	@ParameterizedTest
	@ValueSource(strings = { "ada%40example.com", "242" })
	void requestLooksUpOnceAndChangesOnlyThatMember(String ref) {
		SentryStubs.onGet(SentryStubs.list(SentryStubs.user("1", "lovelace@example.com", "member"),
				SentryStubs.user("242", "Ada@Example.com", "member")));
		SentryStubs.onGetById("242", SentryStubs.member("242", ADA, "member"));
		SentryStubs.onPut("242", SentryStubs.member("242", ADA, "manager"));
		SentryStubs.onDelete("242", SentryStubs.json(204, ""));
		String search = ref.equals("242") ? "GET /242" : "GET";
		assertThat(Expect.reading(call("GET", ref)).path("id").stringValue()).isEqualTo("242");
		Expect.change(call("PATCH", ref), 200, "updated");
		Expect.change(call("DELETE", ref), 204, "deleted");
		assertThat(SentryStubs.calls()).containsExactly(search, search, "PUT /242", search, "DELETE /242");
	}

	static Stream<Arguments> missingPages() {
		return Stream
			.of(arguments("{" + SCIM_ERROR + ",\"detail\":\"The requested resource does not exist\"}", 404,
					"member-not-found"),
					arguments(
							"{" + SCIM_ERROR
									+ ",\"status\":\"404\",\"detail\":\"The requested resource does not exist\"}",
							404, "member-not-found"),
					arguments("{" + SCIM_ERROR + "}", 404, "member-not-found"),
					arguments("{\"detail\":\"The requested resource does not exist\"}", 502, "sentry-misconfigured"),
					arguments("{\"schemas\":[],\"detail\":\"x\"}", 502, "sentry-misconfigured"),
					arguments("{\"info\":\"Route not found, did you forget a trailing slash? try: /x/\"}", 502,
							"sentry-misconfigured"),
					arguments("{\"error\":\"apigateway\",\"detail\":\"Not found\"}", 502, "sentry-misconfigured"),
					arguments("", 502, "sentry-misconfigured"),
					arguments("<html><body>404</body></html>", 502, "sentry-misconfigured"),
					arguments("   ###   route not found", 502, "sentry-misconfigured"))
			.flatMap((row) -> METHODS.stream()
				.map((method) -> arguments(method, row.get()[0], row.get()[1], row.get()[2])));
	}

	@ParameterizedTest
	@MethodSource("missingPages")
	void requestWhenSentryReturnsNotFoundDistinguishesTheCause(String method, String body, int status, String slug) {
		SentryStubs.onGetById("242", SentryStubs.json(404, body));
		Expect.problem(call(method, "242"), status, slug);
		assertThat(SentryStubs.calls()).containsExactly("GET /242");
	}

	static Stream<Arguments> unknownAliases() {
		return withMethods("/organizations/nope/members/242", "/organizations/nope/members/ada%40example.com");
	}

	@ParameterizedTest
	@MethodSource("unknownAliases")
	void requestWhenAliasIsUnknownSendsNothing(String method, String path) {
		Expect.problem(send(method, path), 404, "organization-not-found");
		assertThat(SentryStubs.calls()).isEmpty();
	}

	private static Stream<Arguments> withMethods(String... refs) {
		return METHODS.stream().flatMap((method) -> Stream.of(refs).map((ref) -> arguments(method, ref)));
	}

	private static void verifySearchFor(String address) {
		verify(exactly(1),
				getRequestedFor(urlPathEqualTo(WireTests.USERS))
					.withQueryParam("filter", equalTo("userName eq \"" + address + "\""))
					.withQueryParam("startIndex", equalTo("1"))
					.withQueryParam("count", equalTo("100"))
					.withHeader("Authorization", equalTo("Bearer " + WireTests.TOKEN)));
		assertThat(SentryStubs.calls()).containsExactly("GET");
	}

	private static String encodeNonAscii(String ref) {
		return ref.chars().allMatch((c) -> c < 0x80) ? ref : UriUtils.encode(ref, StandardCharsets.UTF_8);
	}

	private HttpResponse<String> call(String method, String ref) {
		return send(method, "/members/" + ref);
	}

	private HttpResponse<String> send(String method, String path) {
		return switch (method) {
			case "PATCH" -> ApiClient.patch(this.port, path, "{\"sentryOrgRole\":\"manager\"}");
			case "DELETE" -> ApiClient.delete(this.port, path);
			default -> ApiClient.get(this.port, path);
		};
	}

}
