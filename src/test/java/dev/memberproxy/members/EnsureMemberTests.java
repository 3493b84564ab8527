package dev.memberproxy.members;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import dev.memberproxy.ApiClient;
import dev.memberproxy.Expect;
import dev.memberproxy.SentryStubs;
import dev.memberproxy.WireTests;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.test.web.server.LocalServerPort;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.findAll;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.stubFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static com.github.tomakehurst.wiremock.stubbing.Scenario.STARTED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;
import static org.junit.jupiter.params.provider.Arguments.arguments;

@WireTests
class EnsureMemberTests {

	private static final String ADA = "ada@example.com";

	private static final String PATH = "/members/ada%40example.com";

	private static final String MANAGER = "{\"sentryOrgRole\":\"manager\"}";

	private static final String HTML = "<html>\r\n<head><title>502 Bad Gateway</title></head></html>";

	private static final String EXISTS = "{\"detail\":\"User already exists in the database.\"}";

	private static final String INVITED = "{\"detail\":\"{\\\"email\\\":[\\\"The user x has already been invited\\\"]}\"}";

	@LocalServerPort
	int port;

	@ParameterizedTest
	@CsvSource({ "/members/ada%40example.com, /members/242", "/members/%20ADA@Example.com, /members/242",
			"/organizations/default/members/ada@example.com, /organizations/default/members/242" })
	void ensureWhenMemberIsAbsentCreatesAndLooksUpOnce(String path, String location) {
		SentryStubs.onGet(SentryStubs.list(), SentryStubs.list(SentryStubs.user("242", ADA, "manager")));
		SentryStubs.onPost(SentryStubs.created(ADA, "manager"));
		HttpResponse<String> response = ApiClient.put(this.port, path,
				"{\"sentryOrgRole\":\"Manager\",\"externalId\":\"e-1\"}");
		Expect.change(response, 201, "created");
		assertThat(response.headers().firstValue("Location")).contains(location);
		assertThat(response.body()).isEqualTo("""
				{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"id":"242","userName":"ada@example.com",\
				"name":{"givenName":"N/A","familyName":"N/A"},"emails":[{"value":"ada@example.com","primary":true,\
				"type":"work"}],"active":true,"sentryOrgRole":"manager","meta":{"resourceType":"User"},\
				"outcome":"created"}""");
		assertThat(SentryStubs.calls()).containsExactly("GET", "POST", "GET");
		LoggedRequest sent = assertThat(findAll(postRequestedFor(anyUrl()))).singleElement().actual();
		assertThat(sent.getBodyAsString()).isEqualTo("""
				{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"ada@example.com",\
				"sentryOrgRole":"manager","externalId":"e-1"}""");
	}

	@Test
	void ensureWithoutBodySendsNoRole() {
		SentryStubs.onGet(SentryStubs.list(), SentryStubs.list(SentryStubs.user("242", ADA, "billing")));
		SentryStubs.onPost(SentryStubs.created(ADA, "billing"));
		JsonNode member = Expect.change(putNothing(), 201, "created");
		assertThat(member.has("warnings")).isFalse();
		assertThat(findAll(postRequestedFor(anyUrl()))).singleElement()
			.satisfies((sent) -> assertThat(sent.getBodyAsString()).doesNotContain("sentryOrgRole"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "{}", "{\"sentryOrgRole\":null}", "{\"sentryOrgRole\":\"manager\"}",
			"{\"userName\":\"ada@example.com\"}", "{\"userName\":\" ADA@Example.com \",\"sentryOrgRole\":\"MANAGER\"}",
			"{\"userName\":null,\"externalId\":\"e-1\"}" })
	void ensureWhenMemberIsAsRequestedSendsNoChange(String body) {
		SentryStubs.onGet(SentryStubs.list(SentryStubs.user("242", "Ada@example.com", "manager")));
		JsonNode member = Expect.change(ensure(body), 200, "unchanged");
		assertThat(member.path("id").stringValue()).isEqualTo("242");
		assertThat(member.path("userName").stringValue()).isEqualTo("Ada@example.com");
		assertThat(member.path("sentryOrgRole").stringValue()).isEqualTo("manager");
		assertThat(SentryStubs.calls()).containsExactly("GET");
	}

	@Test
	void ensureWithoutBodyAndMediaTypeAcceptsAnyRole() {
		SentryStubs.onGet(SentryStubs.list(SentryStubs.user("242", ADA, "owner")));
		JsonNode member = Expect.change(putNothing(), 200, "unchanged");
		assertThat(member.path("sentryOrgRole").stringValue()).isEqualTo("owner");
		assertThat(SentryStubs.calls()).containsExactly("GET");
	}

	@Test
	void ensureWhenMemberHasAnotherRoleUpdatesIt() {
		SentryStubs.onGet(SentryStubs.list(SentryStubs.user("1", "lovelace@example.com", "member"),
				SentryStubs.user("242", ADA, "member")));
		SentryStubs.onPut("242", SentryStubs.member("242", ADA, "manager"));
		JsonNode member = Expect.change(ensure(MANAGER), 200, "updated");
		assertThat(member.path("sentryOrgRole").stringValue()).isEqualTo("manager");
		assertThat(member.has("warnings")).isFalse();
		assertThat(SentryStubs.calls()).containsExactly("GET", "PUT /242");
	}

	@Test
	void ensureWhenSentryAssignsAnotherRoleWarns() {
		SentryStubs.onGet(SentryStubs.list(SentryStubs.user("242", ADA, "member")));
		SentryStubs.onPut("242", SentryStubs.member("242", ADA, "admin"));
		JsonNode member = Expect.change(ensure(MANAGER), 200, "updated");
		assertThat(member.path("sentryOrgRole").stringValue()).isEqualTo("admin");
		assertThat(codesOfWarnings(member)).containsExactly("role-differs");
	}

	@Test
	void ensureWhenMemberIsOwnerSendsNoChange() {
		SentryStubs.onGet(SentryStubs.list(SentryStubs.user("242", ADA, "owner")));
		Expect.problem(ensure(MANAGER), 409, "member-protected");
		assertThat(SentryStubs.calls()).containsExactly("GET");
	}

	@Test
	void ensureWhenAddressIsAmbiguousSendsNoChange() {
		SentryStubs.onGet(SentryStubs.list(SentryStubs.user("1", ADA, "member"),
				SentryStubs.user("2", "ADA@example.com", "manager")));
		JsonNode problem = Expect.problem(ensure(MANAGER), 409, "member-ambiguous");
		assertThat(problem.at("/members/1/id").stringValue()).isNotEqualTo(problem.at("/members/0/id").stringValue());
		assertThat(SentryStubs.calls()).containsExactly("GET");
	}

	static Stream<Arguments> lookupsAfterCreate() {
		return Stream.of(argumentSet("not listed", SentryStubs.list(), "manager", "not-listed"),
				argumentSet("another address",
						SentryStubs.list(SentryStubs.user("1", "lovelace@example.com", "manager")), "manager",
						"not-listed"),
				argumentSet("another role", SentryStubs.list(SentryStubs.user("242", ADA, "member")), "member",
						"role-differs"),
				argumentSet("both", SentryStubs.list(), "member", "role-differs not-listed"),
				argumentSet("no response", SentryStubs.json(502, HTML), "manager", ""),
				argumentSet("rejected", SentryStubs.json(403, "{\"detail\":\"no\"}"), "manager", ""));
	}

	@ParameterizedTest
	@MethodSource("lookupsAfterCreate")
	void ensureWhenLookupAfterCreateDiffersWarns(ResponseDefinitionBuilder look, String role, String warnings) {
		SentryStubs.onGet(SentryStubs.list(), look);
		SentryStubs.onPost(SentryStubs.created(ADA, role));
		HttpResponse<String> response = ensure(MANAGER);
		JsonNode member = Expect.change(response, 201, "created");
		assertThat(member.path("sentryOrgRole").stringValue()).isEqualTo(role);
		assertThat(String.join(" ", codesOfWarnings(member))).isEqualTo(warnings);
		assertThat(member.path("warnings").valueStream())
			.allSatisfy((warning) -> assertThat(warning.path("detail").stringValue()).endsWith("."));
		assertThat(response.body()).doesNotContain("lovelace");
		assertThat(SentryStubs.calls()).containsExactly("GET", "POST", "GET");
	}

	static Stream<Arguments> exists() {
		return Stream.of(arguments(SentryStubs.json(409, EXISTS), "member-exists"),
				arguments(SentryStubs.json(400, INVITED), "member-exists"));
	}

	@ParameterizedTest
	@MethodSource("exists")
	void ensureWhenExistingMemberIsNotListedIsConflict(ResponseDefinitionBuilder exists, String slug) {
		SentryStubs.onGet(SentryStubs.list(SentryStubs.user("1", "lovelace@example.com", "manager")));
		SentryStubs.onPost(exists);
		HttpResponse<String> response = ensure(MANAGER);
		JsonNode problem = Expect.problem(response, 409, slug);
		assertThat(problem.has("member")).isFalse();
		assertThat(response.body()).doesNotContain("lovelace", ADA);
		assertThat(SentryStubs.calls()).containsExactly("GET", "POST", "GET");
	}

	@ParameterizedTest
	@MethodSource("exists")
	void ensureWhenCreatedConcurrentlyIsUnchanged(ResponseDefinitionBuilder exists) {
		SentryStubs.onGet(SentryStubs.list(), SentryStubs.list(SentryStubs.user("242", ADA, "manager")));
		SentryStubs.onPost(exists);
		Expect.change(ensure(MANAGER), 200, "unchanged");
		assertThat(SentryStubs.calls()).containsExactly("GET", "POST", "GET");
	}

	@ParameterizedTest
	@MethodSource("exists")
	void ensureWhenCreatedConcurrentlyWithOtherRoleUpdatesIt(ResponseDefinitionBuilder exists) {
		SentryStubs.onGet(SentryStubs.list(), SentryStubs.list(SentryStubs.user("242", ADA, "member")));
		SentryStubs.onPost(exists);
		SentryStubs.onPut("242", SentryStubs.member("242", ADA, "manager"));
		Expect.change(ensure(MANAGER), 200, "updated");
		assertThat(SentryStubs.calls()).containsExactly("GET", "POST", "GET", "PUT /242");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = {
			"400 | {\"detail\":\"Invalid organization role.\"} | 422 | role-not-available",
			"400 | {\"detail\":\"{\\\"email\\\":[\\\"Enter a valid email address.\\\"]}\"} | 422 | rejected-by-sentry",
			"401 | {\"detail\":\"Invalid token\"} | 502 | sentry-credentials-refused",
			"404 | {\"detail\":\"The requested resource does not exist\"} | 502 | sentry-misconfigured" })
	void ensureWhenSentryRejectsReturnsProblem(int upstream, String body, int status, String slug) {
		SentryStubs.onGet(SentryStubs.list());
		SentryStubs.onPost(SentryStubs.json(upstream, body));
		JsonNode problem = Expect.problem(ensure(MANAGER), status, slug);
		assertThat(problem.path("upstream").path("status").intValue()).isEqualTo(upstream);
		assertThat(SentryStubs.calls()).containsExactly("GET", "POST");
	}

	@Test
	void ensureWhenCreateIsAmbiguousAndMemberIsFoundIsReconciled() {
		SentryStubs.onGet(SentryStubs.list(), SentryStubs.list(SentryStubs.user("777", ADA, "manager")));
		SentryStubs.onPost(SentryStubs.json(502, HTML));
		HttpResponse<String> response = ensure(MANAGER);
		Expect.change(response, 200, "reconciled");
		assertThat(response.headers().firstValue("Location")).contains("/members/777");
		assertThat(SentryStubs.calls()).containsExactly("GET", "POST", "GET");
	}

	@Test
	void ensureWhenCreateIsAmbiguousCreatesAgainAndLooksUpOnce() {
		SentryStubs.onGet(SentryStubs.list());
		SentryStubs.onPost(SentryStubs.json(502, HTML), SentryStubs.created(ADA, "manager"));
		JsonNode member = Expect.change(ensure(MANAGER), 201, "created");
		assertThat(codesOfWarnings(member)).containsExactly("not-listed");
		assertThat(SentryStubs.calls()).containsExactly("GET", "POST", "GET", "POST", "GET");
	}

	static Stream<Arguments> ambiguousCreates() {
		return Stream
			.of(argumentSet("never found", SentryStubs.json(502, HTML), SentryStubs.list(), 5),
					argumentSet("exists, but not found", SentryStubs.json(409, EXISTS), SentryStubs.list(), 5),
					argumentSet("rejected in the end", SentryStubs.json(401, "{\"detail\":\"Invalid token\"}"),
							SentryStubs.list(), 5),
					argumentSet("another role", SentryStubs.json(409, EXISTS),
							SentryStubs.list(SentryStubs.user("242", ADA, "member")), 3),
					argumentSet("several", SentryStubs.json(409, EXISTS),
							SentryStubs.list(SentryStubs.user("1", ADA, "manager"),
									SentryStubs.user("2", ADA, "manager")),
							3),
					argumentSet("search rejected", SentryStubs.json(409, EXISTS), SentryStubs.json(403, "{}"), 3));
	}

	@ParameterizedTest
	@MethodSource("ambiguousCreates")
	void ensureWhenCreateStaysAmbiguousIsUnknown(ResponseDefinitionBuilder second, ResponseDefinitionBuilder look,
			int calls) {
		SentryStubs.onGet(SentryStubs.list(), look);
		SentryStubs.onPost(SentryStubs.json(502, HTML), second);
		HttpResponse<String> response = ensure(MANAGER);
		Expect.unknown(response, 502);
		assertThat(response.body()).doesNotContain(ADA);
		assertThat(SentryStubs.calls())
			.containsExactlyElementsOf(List.of("GET", "POST", "GET", "POST", "GET").subList(0, calls));
	}

	@Test
	void ensureWhenUpdateIsAmbiguousLooksUpById() {
		SentryStubs.onGet(SentryStubs.list(SentryStubs.user("242", ADA, "member")));
		SentryStubs.onGetById("242", SentryStubs.member("242", ADA, "member"),
				SentryStubs.member("242", ADA, "manager"));
		SentryStubs.onPut("242", SentryStubs.json(502, HTML));
		Expect.change(ensure(MANAGER), 200, "updated");
		assertThat(SentryStubs.calls()).containsExactly("GET", "PUT /242", "GET /242", "PUT /242", "GET /242");
	}

	@Test
	void ensureWhenUpdateStaysAmbiguousIsUnknown() {
		SentryStubs.onGet(SentryStubs.list(SentryStubs.user("242", ADA, "member")));
		SentryStubs.onGetById("242", SentryStubs.member("242", ADA, "member"));
		SentryStubs.onPut("242", SentryStubs.json(502, HTML), SentryStubs.noSuchMember());
		JsonNode problem = Expect.unknown(ensure(MANAGER), 502);
		assertThat(problem.path("detail").stringValue()).contains("create or change the member");
	}

	@Test
	void ensureWhenConcurrentForOneNewMemberCreatesOnce() {
		String there = "there";
		stubFor(get(urlPathEqualTo(WireTests.USERS)).inScenario("person")
			.whenScenarioStateIs(STARTED)
			.willReturn(SentryStubs.list()));
		stubFor(post(urlPathEqualTo(WireTests.USERS)).inScenario("person")
			.whenScenarioStateIs(STARTED)
			.willReturn(SentryStubs.created(ADA, "manager"))
			.willSetStateTo(there));
		stubFor(get(urlPathEqualTo(WireTests.USERS)).inScenario("person")
			.whenScenarioStateIs(there)
			.willReturn(SentryStubs.list(SentryStubs.user("242", ADA, "manager"))));
		stubFor(post(urlPathEqualTo(WireTests.USERS)).inScenario("person")
			.whenScenarioStateIs(there)
			.willReturn(SentryStubs.exists()));
		List<HttpResponse<String>> responses = ensureAtOnce(8);
		assertThat(responses).filteredOn((response) -> response.statusCode() == 201)
			.singleElement()
			.satisfies((response) -> assertThat(Expect.change(response, 201, "created").has("warnings")).isFalse());
		assertThat(responses).filteredOn((response) -> response.statusCode() != 201)
			.hasSize(7)
			.allSatisfy((response) -> Expect.change(response, 200, "unchanged"));
		assertThat(SentryStubs.posts()).isEqualTo(1);
		assertThat(SentryStubs.gets()).isEqualTo(9);
	}

	static Stream<Arguments> bodies() {
		return Stream.of(arguments(" ", ":malformed"), arguments("{", ":malformed"), arguments("[]", ":wrong-type"),
				arguments("{\"sentryOrgRole\":\"owner\"}", "/sentryOrgRole:unknown-role"),
				arguments("{\"sentryOrgRole\":\"\"}", "/sentryOrgRole:unknown-role"),
				arguments("{\"sentryOrgRole\":1,\"userName\":2}", "/sentryOrgRole:wrong-type /userName:wrong-type"),
				arguments("{\"userName\":\"\"}", "/userName:invalid-address"),
				arguments("{\"active\":false,\"username\":\"x\"}",
						"/active:unsupported-attribute /username:unsupported-attribute"),
				arguments("{\"userName\":\"grace@example.com\"}", "/userName:invalid-value"));
	}

	@ParameterizedTest
	@MethodSource("bodies")
	void ensureWhenBodyIsFaultyListsEveryFault(String body, String expected) {
		HttpResponse<String> response = ensure(body);
		JsonNode problem = Expect.problem(response, 400, "invalid-request");
		assertThat(String.join(" ", Expect.errors(problem))).isEqualTo(expected);
		assertThat(response.body()).doesNotContain("grace", ADA);
		assertThat(SentryStubs.calls()).isEmpty();
	}

	@ParameterizedTest
	@CsvSource({ "a@b, 400, invalid-request", "@, 400, invalid-request", "ada%2C@example.com, 400, invalid-request",
			"ada, 404, not-found", "242, 405, method-not-allowed" })
	void ensureWhenPathHasNoAddressSendsNothing(String ref, int status, String slug) {
		Expect.problem(ApiClient.put(this.port, "/members/" + ref, MANAGER), status, slug);
		assertThat(SentryStubs.calls()).isEmpty();
	}

	@ParameterizedTest
	@CsvSource({ "application/scim+json, 200", "application/merge-patch+json, 415", "text/plain, 415" })
	void ensureAcceptsJsonOnly(String mediaType, int status) {
		SentryStubs.onGet(SentryStubs.list(SentryStubs.user("242", ADA, "manager")));
		HttpResponse<String> response = ApiClient.send(ApiClient.request(this.port, PATH)
			.header("Content-Type", mediaType)
			.PUT(BodyPublishers.ofString(MANAGER))
			.build());
		assertThat(response.statusCode()).isEqualTo(status);
	}

	private HttpResponse<String> ensure(String body) {
		return ApiClient.put(this.port, PATH, body);
	}

	private HttpResponse<String> putNothing() {
		return ApiClient.send(ApiClient.request(this.port, PATH).PUT(BodyPublishers.noBody()).build());
	}

	private List<HttpResponse<String>> ensureAtOnce(int count) {
		try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
			return IntStream.range(0, count)
				.mapToObj((_) -> CompletableFuture.supplyAsync(() -> ensure(MANAGER), executor))
				.toList()
				.stream()
				.map(CompletableFuture::join)
				.toList();
		}
	}

	private static List<String> codesOfWarnings(JsonNode member) {
		return member.path("warnings").valueStream().map((warning) -> warning.path("code").stringValue()).toList();
	}

}
