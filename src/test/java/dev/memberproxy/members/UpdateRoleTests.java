package dev.memberproxy.members;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.stream.Stream;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import dev.memberproxy.ApiClient;
import dev.memberproxy.Expect;
import dev.memberproxy.FastWireTests;
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
import static com.github.tomakehurst.wiremock.client.WireMock.putRequestedFor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

@FastWireTests
class UpdateRoleTests {

	private static final String ADA = "ada@example.com";

	private static final String MANAGER = "{\"sentryOrgRole\":\"manager\"}";

	private static final String HTML = "<html>\r\n<head><title>502 Bad Gateway</title></head></html>";

	private static final String ERROR = "\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:Error\"]";

	private static final String FORBIDDEN = "{\"detail\":\"You do not have permission to perform this action.\"}";

	private static final String PARTNER = "{\"detail\":\"This member is managed by an active partnership.\"}";

	@LocalServerPort
	int port;

	@ParameterizedTest
	@CsvSource({ "/members/242, GET /242", "/members/ada%40example.com, GET",
			"/organizations/default/members/242, GET /242" })
	void changeSendsTheRoleAndReturnsTheMember(String path, String search) {
		SentryStubs.onGet(SentryStubs.list(SentryStubs.user("242", ADA, "member")));
		SentryStubs.onGetById("242", SentryStubs.member("242", ADA, "member"));
		SentryStubs.onPut("242",
				SentryStubs.json(200, SentryStubs.user("242", ADA, "manager").replace("\"meta\"", "\"x\":1,\"meta\"")));
		HttpResponse<String> response = ApiClient.patch(this.port, path, MANAGER);
		Expect.change(response, 200, "updated");
		assertThat(response.body()).isEqualTo("""
				{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"id":"242","userName":"ada@example.com",\
				"name":{"givenName":"N/A","familyName":"N/A"},"emails":[{"value":"ada@example.com","primary":true,\
				"type":"work"}],"active":true,"sentryOrgRole":"manager","meta":{"resourceType":"User"},\
				"outcome":"updated"}""");
		assertThat(SentryStubs.calls()).containsExactly(search, "PUT /242");
		LoggedRequest put = assertThat(findAll(putRequestedFor(anyUrl()))).singleElement().actual();
		assertThat(put.getBodyAsString()).isEqualTo("""
				{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"sentryOrgRole":"manager"}""");
		assertThat(put.getHeader("Content-Type")).isEqualTo("application/json");
		assertThat(put.getHeader("Authorization")).isEqualTo("Bearer " + WireTests.TOKEN);
	}

	@ParameterizedTest
	@ValueSource(strings = { "application/merge-patch+json", "application/json", "application/scim+json",
			"application/merge-patch+json; charset=utf-8" })
	void changeTakesTheMediaTypes(String mediaType) {
		stub(SentryStubs.member("242", ADA, "manager"));
		Expect.change(patchAs(mediaType), 200, "updated");
	}

	@ParameterizedTest
	@ValueSource(strings = { "application/json-patch+json", "text/plain", "application/x-www-form-urlencoded" })
	void changeWhenMediaTypeIsAnotherAsksNothing(String mediaType) {
		HttpResponse<String> response = patchAs(mediaType);
		Expect.problem(response, 415, "unsupported-media-type");
		assertThat(response.headers().firstValue("Accept-Patch").orElseThrow()).contains("application/merge-patch+json",
				"application/json");
		assertThat(SentryStubs.calls()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "/members/242", "/members/ada%40example.com" })
	void changeWhenMemberHasTheRoleSendsNothing(String path) {
		SentryStubs.onGet(SentryStubs.list(SentryStubs.user("242", ADA, "manager")));
		SentryStubs.onGetById("242", SentryStubs.member("242", ADA, "manager"));
		JsonNode member = Expect.change(ApiClient.patch(this.port, path, "{\"sentryOrgRole\":\"MANAGER\"}"), 200,
				"unchanged");
		assertThat(member.path("sentryOrgRole").stringValue()).isEqualTo("manager");
		assertThat(SentryStubs.calls()).hasSize(1);
	}

	@ParameterizedTest
	@ValueSource(strings = { "/members/242", "/members/ada%40example.com" })
	void changeWhenMemberIsOwnerSendsNothing(String path) {
		SentryStubs.onGet(SentryStubs.list(SentryStubs.user("242", ADA, "owner")));
		SentryStubs.onGetById("242", SentryStubs.member("242", ADA, "owner"));
		Expect.problem(ApiClient.patch(this.port, path, MANAGER), 409, "member-protected");
		assertThat(SentryStubs.calls()).hasSize(1);
	}

	static Stream<Arguments> bodies() {
		return Stream.of(arguments("", ":malformed"), arguments("{", ":malformed"), arguments("[]", ":wrong-type"),
				arguments("null", ":wrong-type"), arguments("\"manager\"", ":wrong-type"),
				arguments("{\"sentryOrgRole\":\"manager\",\"sentryOrgRole\":\"admin\"}", ":malformed"),
				arguments("{}", "/sentryOrgRole:required"),
				arguments("{\"sentryOrgRole\":null}", "/sentryOrgRole:required"),
				arguments("{\"sentryOrgRole\":5}", "/sentryOrgRole:wrong-type"),
				arguments("{\"sentryOrgRole\":[\"manager\"]}", "/sentryOrgRole:wrong-type"),
				arguments("{\"sentryOrgRole\":true}", "/sentryOrgRole:wrong-type"),
				arguments("{\"sentryOrgRole\":\"\"}", "/sentryOrgRole:unknown-role"),
				arguments("{\"sentryOrgRole\":\" manager\"}", "/sentryOrgRole:unknown-role"),
				arguments("{\"sentryOrgRole\":\"owner\"}", "/sentryOrgRole:unknown-role"),
				arguments("{\"sentryOrgRole\":\"manager\",\"active\":false}", "/active:unsupported-attribute"),
				arguments("{\"sentryOrgRole\":\"manager\",\"userName\":\"ada@example.com\"}",
						"/userName:unsupported-attribute"),
				arguments("{\"sentryOrgRole\":\"manager\",\"a/b\":null}", "/a~1b:unsupported-attribute"),
				arguments("{\"SentryOrgRole\":\"manager\"}",
						"/SentryOrgRole:unsupported-attribute /sentryOrgRole:required"),
				arguments("{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:PatchOp\"],\"Operations\":[]}",
						"/Operations:unsupported-attribute /sentryOrgRole:required"));
	}

	@ParameterizedTest
	@MethodSource("bodies")
	void changeWhenBodyIsFaultyListsEveryFault(String body, String expected) {
		HttpResponse<String> response = ApiClient.patch(this.port, "/members/242", body);
		JsonNode problem = Expect.problem(response, 400, "invalid-request");
		assertThat(String.join(" ", Expect.errors(problem))).isEqualTo(expected);
		assertThat(problem.path("errors").valueStream())
			.allSatisfy((error) -> assertThat(error.path("detail").stringValue()).isNotBlank());
		assertThat(response.body()).doesNotContain("ada@example.com", "owner");
		assertThat(SentryStubs.calls()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "owner", "nonexistant" })
	void changeWhenRoleIsUnknownNamesTheAllowedOnes(String role) {
		JsonNode problem = ApiClient
			.json(ApiClient.patch(this.port, "/members/242", "{\"sentryOrgRole\":\"" + role + "\"}"));
		assertThat(problem.path("errors").path(0).path("detail").stringValue())
			.contains("billing", "member", "manager", "admin")
			.doesNotContain("left out");
	}

	@Test
	void changeWhenSentryKeepsAnOwnerIsProtected() {
		stub(SentryStubs.member("242", ADA, "owner"));
		Expect.problem(change(), 409, "member-protected");
		assertThat(SentryStubs.calls()).containsExactly("GET /242", "PUT /242");
	}

	static Stream<Arguments> otherRoles() {
		String user = SentryStubs.user("242", ADA, "billing");
		return Stream.of(arguments(user, "billing"), arguments(user.replace("billing", "contributor"), "contributor"),
				arguments(user.replace("\"sentryOrgRole\":\"billing\",", ""), ""));
	}

	@ParameterizedTest
	@MethodSource("otherRoles")
	void changeWhenSentryGivesAnotherRoleWarns(String changed, String role) {
		stub(SentryStubs.json(200, changed));
		JsonNode member = Expect.change(change(), 200, "updated");
		assertThat(member.path("sentryOrgRole").stringValue("")).isEqualTo(role);
		assertThat(member.path("warnings")).hasSize(1);
		assertThat(member.path("warnings").path(0).path("code").stringValue()).isEqualTo("role-differs");
		assertThat(member.path("warnings").path(0).path("detail").stringValue()).contains("sentryOrgRole");
	}

	static Stream<Arguments> refusals() {
		return Stream.of(
				arguments(400, "{" + ERROR + ",\"detail\":\"Invalid organization role.\"}", 422, "role-not-available"),
				arguments(400, "{" + ERROR + ",\"detail\":\"Something else\"}", 422, "rejected-by-sentry"),
				arguments(401, "{\"detail\":\"Invalid token\"}", 502, "sentry-credentials-refused"),
				arguments(403, FORBIDDEN, 502, "sentry-credentials-refused"),
				arguments(403, PARTNER, 409, "member-protected"),
				arguments(404, "{" + ERROR + ",\"detail\":\"The requested resource does not exist\"}", 404,
						"member-not-found"),
				arguments(404, "{\"detail\":\"The requested resource does not exist\"}", 502, "sentry-misconfigured"),
				arguments(405, "{\"detail\":\"Method \\\"PUT\\\" not allowed.\"}", 502, "sentry-misconfigured"));
	}

	@ParameterizedTest
	@MethodSource("refusals")
	void changeWhenSentryRefusesIsNotRepeated(int upstream, String body, int status, String slug) {
		stub(SentryStubs.json(upstream, body));
		HttpResponse<String> response = change();
		JsonNode problem = Expect.problem(response, status, slug);
		assertThat(problem.path("upstream").path("status").intValue()).isEqualTo(upstream);
		assertThat(response.body()).doesNotContain("Invalid", "partnership", ADA);
		assertThat(SentryStubs.calls()).containsExactly("GET /242", "PUT /242");
	}

	/** The answer, and the status that the caller gets if it stays open. */
	static Stream<Arguments> ambiguous() {
		return Stream.of(arguments(SentryStubs.json(408, "{\"detail\":{}}"), 502),
				arguments(SentryStubs.json(500, "{\"detail\":\"Internal Error\",\"errorId\":null}"), 502),
				arguments(SentryStubs.json(502, HTML), 502), arguments(SentryStubs.json(504, ""), 502),
				arguments(SentryStubs.json(200, ""), 502), arguments(SentryStubs.json(200, "{\"id\":\"24"), 502),
				arguments(SentryStubs.json(201, SentryStubs.user("242", ADA, "manager")), 502),
				arguments(SentryStubs.json(204, ""), 502),
				arguments(aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER), 502),
				arguments(aResponse().withFault(Fault.EMPTY_RESPONSE), 502),
				arguments(SentryStubs.member("242", ADA, "manager").withFixedDelay(800), 504));
	}

	@ParameterizedTest
	@MethodSource("ambiguous")
	void changeWhenEndIsAmbiguousAndRoleIsSeenIsUpdated(ResponseDefinitionBuilder answer) {
		SentryStubs.onGetById("242", SentryStubs.member("242", ADA, "member"),
				SentryStubs.member("242", ADA, "manager"));
		SentryStubs.onPut("242", answer);
		JsonNode member = Expect.change(change(), 200, "updated");
		assertThat(member.path("sentryOrgRole").stringValue()).isEqualTo("manager");
		assertThat(member.has("warnings")).isFalse();
		assertThat(SentryStubs.calls()).containsExactly("GET /242", "PUT /242", "GET /242");
	}

	@ParameterizedTest
	@MethodSource("ambiguous")
	void changeWhenEndIsAmbiguousAndRoleIsOldIsSentOnceMore(ResponseDefinitionBuilder answer) {
		stub(answer, SentryStubs.member("242", ADA, "manager"));
		Expect.change(change(), 200, "updated");
		assertThat(SentryStubs.calls()).containsExactly("GET /242", "PUT /242", "GET /242", "PUT /242");
	}

	@ParameterizedTest
	@MethodSource("ambiguous")
	void changeWhenRoleNeverChangesIsSentTwiceAndStaysUnknown(ResponseDefinitionBuilder answer, int status) {
		stub(answer);
		HttpResponse<String> response = change();
		JsonNode problem = Expect.unknown(response, status);
		assertThat(problem.path("detail").stringValue()).contains("change the member's role");
		assertThat(response.headers().firstValue("Retry-After")).isEmpty();
		assertThat(response.body()).doesNotContain(ADA);
		assertThat(SentryStubs.calls()).containsExactly("GET /242", "PUT /242", "GET /242", "PUT /242", "GET /242");
	}

	@Test
	void changeWhenWebPageAnswersWithSuccessIsMisconfiguredAndUnknown() {
		stub(SentryStubs.json(200, HTML));
		HttpResponse<String> response = change();
		assertThat(response.statusCode()).isEqualTo(502);
		JsonNode problem = ApiClient.json(response);
		assertThat(problem.path("type").stringValue()).isEqualTo("/problems/sentry-misconfigured");
		assertThat(problem.path("outcome").stringValue()).isEqualTo("unknown");
	}

	@Test
	void changeByAddressWhenEndIsAmbiguousNeverSearchesAgain() {
		SentryStubs.onGet(SentryStubs.list(SentryStubs.user("242", ADA, "member")));
		SentryStubs.onGetById("242", SentryStubs.member("242", ADA, "member"),
				SentryStubs.member("242", ADA, "manager"));
		SentryStubs.onPut("242", SentryStubs.json(502, HTML));
		Expect.change(ApiClient.patch(this.port, "/members/ada%40example.com", MANAGER), 200, "updated");
		assertThat(SentryStubs.calls()).containsExactly("GET", "PUT /242", "GET /242", "PUT /242", "GET /242");
	}

	static Stream<Arguments> secondEnds() {
		return Stream.concat(
				refusals().map((row) -> arguments(SentryStubs.json((int) row.get()[0], (String) row.get()[1]))),
				Stream.of(arguments(SentryStubs.json(502, HTML))));
	}

	@ParameterizedTest
	@MethodSource("secondEnds")
	void changeWhenSecondAttemptEndsBadlyIsNeverCalledNotApplied(ResponseDefinitionBuilder second) {
		stub(SentryStubs.json(502, HTML), second);
		Expect.unknown(change(), 502);
		assertThat(SentryStubs.calls()).containsExactly("GET /242", "PUT /242", "GET /242", "PUT /242", "GET /242");
	}

	@ParameterizedTest
	@MethodSource("secondEnds")
	void changeWhenSecondAttemptEndsBadlyButRoleIsSeenIsUpdated(ResponseDefinitionBuilder second) {
		SentryStubs.onGetById("242", SentryStubs.member("242", ADA, "member"), SentryStubs.member("242", ADA, "member"),
				SentryStubs.member("242", ADA, "manager"));
		SentryStubs.onPut("242", SentryStubs.json(502, HTML), second);
		Expect.change(change(), 200, "updated");
		assertThat(SentryStubs.calls()).containsExactly("GET /242", "PUT /242", "GET /242", "PUT /242", "GET /242");
	}

	@ParameterizedTest
	@ValueSource(strings = { "owner", "member", "admin" })
	void changeWhenSecondAttemptReturnsAnotherRoleStaysUnknown(String role) {
		stub(SentryStubs.json(502, HTML), SentryStubs.member("242", ADA, role));
		Expect.unknown(change(), 502);
	}

	static Stream<Arguments> blindLooks() {
		return Stream.of(arguments(SentryStubs.noSuchMember()), arguments(SentryStubs.json(403, FORBIDDEN)),
				arguments(SentryStubs.json(404, "")));
	}

	@ParameterizedTest
	@MethodSource("blindLooks")
	void changeWhenLookingProvesNothingIsNotSentAgain(ResponseDefinitionBuilder look) {
		SentryStubs.onGetById("242", SentryStubs.member("242", ADA, "member"), look);
		SentryStubs.onPut("242", SentryStubs.json(502, HTML));
		Expect.unknown(change(), 502);
		assertThat(SentryStubs.calls()).containsExactly("GET /242", "PUT /242", "GET /242");
	}

	@Test
	void changeWhenLookingFailsAtFirstLooksAgain() {
		SentryStubs.onGetById("242", SentryStubs.member("242", ADA, "member"), SentryStubs.json(502, HTML),
				SentryStubs.member("242", ADA, "manager"));
		SentryStubs.onPut("242", SentryStubs.json(502, HTML));
		Expect.change(change(), 200, "updated");
		assertThat(SentryStubs.calls()).containsExactly("GET /242", "PUT /242", "GET /242", "GET /242");
	}

	private void stub(ResponseDefinitionBuilder... putAnswers) {
		SentryStubs.onGetById("242", SentryStubs.member("242", ADA, "member"));
		SentryStubs.onPut("242", putAnswers);
	}

	private HttpResponse<String> change() {
		return ApiClient.patch(this.port, "/members/242", MANAGER);
	}

	private HttpResponse<String> patchAs(String mediaType) {
		return ApiClient.send(ApiClient.request(this.port, "/members/242")
			.header("Content-Type", mediaType)
			.method("PATCH", BodyPublishers.ofString(MANAGER))
			.build());
	}

}
