package dev.memberproxy.members;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.stream.Stream;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
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

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/** Dry runs return the expected result and change nothing. */
@WireTests
class DryRunTests {

	private static final String ADA = "ada@example.com";

	private static final String BY_ADDRESS = "/members/ada%40example.com";

	private static final String CREATION = "{\"userName\":\"ada@example.com\",\"sentryOrgRole\":\"manager\"}";

	private static final String MANAGER = "{\"sentryOrgRole\":\"manager\"}";

	@LocalServerPort
	int port;

	static Stream<Arguments> plans() {
		return Stream.of(arguments("POST", "/members", CREATION, "", "would-create"),
				arguments("PUT", BY_ADDRESS, MANAGER, "", "would-create"),
				arguments("PUT", BY_ADDRESS, MANAGER, "member", "would-update"),
				arguments("PUT", BY_ADDRESS, MANAGER, "manager", "unchanged"),
				arguments("PUT", BY_ADDRESS, "{}", "owner", "unchanged"),
				arguments("PATCH", BY_ADDRESS, MANAGER, "member", "would-update"),
				arguments("PATCH", BY_ADDRESS, MANAGER, "manager", "unchanged"),
				arguments("PATCH", "/members/242", MANAGER, "member", "would-update"),
				arguments("PATCH", "/members/242", MANAGER, "manager", "unchanged"),
				arguments("DELETE", BY_ADDRESS, "", "member", "would-delete"),
				arguments("DELETE", "/members/242", "", "member", "would-delete"));
	}

	@ParameterizedTest
	@MethodSource("plans")
	void dryRunReturnsTheExpectedResult(String method, String path, String body, String role, String outcome) {
		stub(role);
		JsonNode member = Expect.change(dryRun(method, path, body), 200, outcome);
		String roleThen = switch (outcome) {
			case "would-create", "would-update" -> "manager";
			default -> role;
		};
		assertThat(member.path("userName").stringValue()).isEqualTo(ADA);
		assertThat(member.path("sentryOrgRole").stringValue()).isEqualTo(roleThen);
		assertThat(member.path("id").stringValue("")).isEqualTo(role.isEmpty() ? "" : "242");
		assertThat(member.has("warnings")).isFalse();
		assertThat(SentryStubs.calls()).containsExactly(path.equals("/members/242") ? "GET /242" : "GET");
	}

	@Test
	void dryRunOfCreateReturnsTheKnownFields() {
		stub("");
		assertThat(dryRun("POST", "/members", "{\"userName\":\"ADA@example.com\"}").body()).isEqualTo("""
				{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"ada@example.com",\
				"meta":{"resourceType":"User"},\
				"outcome":"would-create"}""");
	}

	static Stream<Arguments> problems() {
		return Stream.of(arguments("POST", "/members", CREATION, "member", 409, "member-exists"),
				arguments("PUT", BY_ADDRESS, MANAGER, "owner", 409, "member-protected"),
				arguments("PATCH", BY_ADDRESS, MANAGER, "owner", 409, "member-protected"),
				arguments("PATCH", "/members/242", MANAGER, "owner", 409, "member-protected"),
				arguments("DELETE", BY_ADDRESS, "", "owner", 409, "member-protected"),
				arguments("DELETE", "/members/242", "", "owner", 409, "member-protected"),
				arguments("PATCH", BY_ADDRESS, MANAGER, "", 404, "member-not-found"),
				arguments("PATCH", "/members/242", MANAGER, "", 404, "member-not-found"),
				arguments("DELETE", BY_ADDRESS, "", "", 404, "member-not-found"),
				arguments("DELETE", "/members/242", "", "", 404, "member-not-found"));
	}

	@ParameterizedTest
	@MethodSource("problems")
	void dryRunReturnsTheExpectedProblem(String method, String path, String body, String role, int status,
			String slug) {
		stub(role);
		HttpResponse<String> response = dryRun(method, path, body);
		JsonNode problem = Expect.problem(response, status, slug);
		assertThat(problem.has("member")).isEqualTo(slug.equals("member-exists"));
		assertThat(response.body()).doesNotContain(ADA);
		assertThat(SentryStubs.calls()).containsExactly(path.equals("/members/242") ? "GET /242" : "GET");
	}

	@Test
	void dryRunOfCreateWhenMemberExistsReturnsTheMember() {
		stub("owner");
		JsonNode member = ApiClient.json(dryRun("POST", "/members", CREATION)).path("member");
		assertThat(member.path("id").stringValue()).isEqualTo("242");
		assertThat(member.path("sentryOrgRole").stringValue()).isEqualTo("owner");
	}

	static Stream<Arguments> lookups() {
		return Stream
			.of(arguments(SentryStubs.list(SentryStubs.user("1", "lovelace@example.com", "member")), "member-exists"),
					arguments(SentryStubs.list(SentryStubs.user("1", ADA, "member"),
							SentryStubs.user("2", "ADA@example.com", "member")), "member-ambiguous"))
			.flatMap((row) -> Stream.of(arguments("POST", "/members", row.get()[0], row.get()[1]),
					arguments("PUT", BY_ADDRESS, row.get()[0], row.get()[1])));
	}

	@ParameterizedTest
	@MethodSource("lookups")
	void dryRunWhenAddressIsTakenReturnsConflict(String method, String path, ResponseDefinitionBuilder found,
			String slug) {
		SentryStubs.onGet(found);
		HttpResponse<String> response = dryRun(method, path, CREATION);
		assertThat(Expect.problem(response, 409, slug).has("member")).isFalse();
		assertThat(response.body()).doesNotContain("lovelace", ADA);
		assertThat(SentryStubs.calls()).containsExactly("GET");
	}

	static Stream<Arguments> flags() {
		return Stream
			.of("dryRun:invalid-value dryRun", "dryRun:invalid-value dryRun=", "dryRun:invalid-value dryRun=TRUE",
					"dryRun:invalid-value dryRun=1", "dryRun:invalid-value dryRun=yes",
					"dryRun:invalid-value dryRun=true%20", "dryRun:invalid-value dryRun=true&dryRun=true",
					"dryRun:invalid-value dryRun=false&dryRun=true", "dryrun:unknown-parameter dryrun=true",
					"dry-run:unknown-parameter dry-run=true", "x:unknown-parameter dryRun=true&x=1")
			.flatMap((row) -> Stream.of("POST", "PUT", "PATCH", "DELETE")
				.map((method) -> arguments(method, row.substring(row.indexOf(' ') + 1),
						row.substring(0, row.indexOf(' ')))));
	}

	@ParameterizedTest
	@MethodSource("flags")
	void changeWhenFlagIsInvalidSendsNothing(String method, String query, String error) {
		String path = method.equals("POST") ? "/members" : BY_ADDRESS;
		String body = method.equals("POST") ? CREATION : MANAGER;
		JsonNode problem = Expect.problem(send(method, path + "?" + query, body), 400, "invalid-request");
		assertThat(Expect.errors(problem)).containsExactly(error);
		assertThat(SentryStubs.calls()).isEmpty();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = { "POST | /members | {\"userName\":\"nope\"} | 400 | invalid-request",
			"PUT | /members/ada@example.com | {\"sentryOrgRole\":\"owner\"} | 400 | invalid-request",
			"PATCH | /members/242 | {} | 400 | invalid-request", "DELETE | /members/a@b | '' | 400 | invalid-request",
			"DELETE | /members/12345678901234567890 | '' | 404 | member-not-found",
			"DELETE | /organizations/nope/members/242 | '' | 404 | organization-not-found" })
	void dryRunOfInvalidRequestSendsNothing(String method, String path, String body, int status, String slug) {
		Expect.problem(dryRun(method, path, body), status, slug);
		assertThat(SentryStubs.calls()).isEmpty();
	}

	@Test
	void changeWhenFlagIsFalseIsMade() {
		stub("member");
		SentryStubs.onPost(SentryStubs.created(ADA, "manager"));
		SentryStubs.onPut("242", SentryStubs.member("242", ADA, "manager"));
		SentryStubs.onDelete("242", SentryStubs.json(204, ""));
		Expect.change(send("POST", "/members?dryRun=false", CREATION), 201, "created");
		Expect.change(send("PUT", BY_ADDRESS + "?dryRun=false", MANAGER), 200, "updated");
		Expect.change(send("PATCH", BY_ADDRESS + "?dryRun=false", MANAGER), 200, "updated");
		Expect.change(send("DELETE", BY_ADDRESS + "?dryRun=false", ""), 204, "deleted");
		assertThat(SentryStubs.calls()).containsExactly("POST", "GET", "PUT /242", "GET", "PUT /242", "GET",
				"DELETE /242");
	}

	@Test
	void dryRunLeavesIdempotencyKeyUnused() {
		stub("");
		SentryStubs.onPost(SentryStubs.created(ADA, "manager"));
		HttpRequest.Builder dryRun = request("POST", "/members?dryRun=true", CREATION).header("Idempotency-Key", "dry");
		HttpRequest.Builder real = request("POST", "/members", CREATION).header("Idempotency-Key", "dry");
		Expect.change(ApiClient.send(dryRun.build()), 200, "would-create");
		HttpResponse<String> created = ApiClient.send(real.build());
		Expect.change(created, 201, "created");
		assertThat(created.headers().firstValue("Idempotency-Replayed")).isEmpty();
		HttpResponse<String> again = ApiClient.send(dryRun.copy().build());
		Expect.change(again, 200, "would-create");
		assertThat(again.headers().firstValue("Idempotency-Replayed")).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "/members/242", "/members" })
	void readWithDryRunIsInvalid(String path) {
		JsonNode problem = Expect.problem(ApiClient.get(this.port, path + "?dryRun=true"), 400, "invalid-request");
		assertThat(Expect.errors(problem)).isEqualTo(List.of("dryRun:unknown-parameter"));
	}

	/** Stubs one member or none. A change would fail. */
	private static void stub(String role) {
		SentryStubs.onGet(role.isEmpty() ? SentryStubs.list() : SentryStubs.list(SentryStubs.user("242", ADA, role)));
		SentryStubs.onGetById("242",
				role.isEmpty() ? SentryStubs.noSuchMember() : SentryStubs.member("242", ADA, role));
	}

	private HttpResponse<String> dryRun(String method, String path, String body) {
		return send(method, path + "?dryRun=true", body);
	}

	private HttpResponse<String> send(String method, String path, String body) {
		return ApiClient.send(request(method, path, body).build());
	}

	private HttpRequest.Builder request(String method, String path, String body) {
		return ApiClient.request(this.port, path)
			.header("Content-Type", "application/json")
			.method(method, BodyPublishers.ofString(body));
	}

}
