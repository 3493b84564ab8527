package dev.memberproxy.members;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;

import com.github.tomakehurst.wiremock.client.WireMock;
import dev.memberproxy.ApiClient;
import dev.memberproxy.Expect;
import dev.memberproxy.RawClient;
import dev.memberproxy.SentryStubs;
import dev.memberproxy.WireTests;
import dev.memberproxy.clients.KeyDigests;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static org.assertj.core.api.Assertions.assertThat;

/** Problems name the correction of common mistakes. */
@WireTests
class CommonMistakesTests {

	private static final String ADA = "ada@example.com";

	private static final String KEY = "smp_common-mistakes-key";

	private static final String LIMITED = "smp_common-mistakes-limited-key";

	@LocalServerPort
	int port;

	@DynamicPropertySource
	static void clients(DynamicPropertyRegistry registry) {
		registry.add("members.access", () -> "clients");
		registry.add("members.clients.all.key-sha256", () -> KeyDigests.hex(KEY));
		registry.add("members.clients.all.operations", () -> "create,read,update-role,delete");
		registry.add("members.clients.all.roles", () -> "billing,member,manager,admin");
		registry.add("members.clients.limited.key-sha256", () -> KeyDigests.hex(LIMITED));
		registry.add("members.clients.limited.roles", () -> "manager,member");
	}

	@ParameterizedTest
	@CsvSource({ "role, sentryOrgRole", "roles, sentryOrgRole", "orgRole, sentryOrgRole", "org_role, sentryOrgRole",
			"sentryOrgRol, sentryOrgRole", "sentryOrgRoles, sentryOrgRole", "sentryRole, sentryOrgRole",
			"sentry-org-role, sentryOrgRole", "user, userName", "mail, userName", "email, userName",
			"userNam, userName", "usernames, userName", "dryRun, query parameter dryRun",
			"dry_run, query parameter dryRun", "idempotencyKey, header Idempotency-Key",
			"requestedBy, header Members-Requested-By", "organization, path /organizations/", "teams, teams",
			"Team, teams", "password, left out" })
	void bodyWhenFieldIsANearMissNamesTheCorrectField(String name, String meant) {
		String body = "{\"userName\":\"ada@example.com\",\"sentryOrgRole\":\"member\",\"" + name + "\":\"manager\"}";
		assertNearMiss(send("POST", "/members", body), name, meant);
		assertNearMiss(send("PUT", "/members/" + ADA, body), name, meant);
		assertNearMiss(send("PATCH", "/members/242", "{\"sentryOrgRole\":\"member\",\"" + name + "\":true}"), name,
				meant);
		assertThat(SentryStubs.calls()).isEmpty();
	}

	private static void assertNearMiss(HttpResponse<String> response, String name, String meant) {
		JsonNode problem = Expect.problem(response, 400, "invalid-request");
		assertThat(Expect.errors(problem)).containsExactly("/" + name + ":unsupported-attribute");
		assertThat(problem.at("/errors/0/detail").stringValue()).contains(meant);
	}

	@ParameterizedTest
	@ValueSource(strings = { "name", "displayName", "externalId", "emails", "schemas", "meta", "nickName", "title",
			"groups", "locale", "ACTIVE", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User" })
	void createWhenFieldIsDefinedByScimHasNoWarning(String name) {
		SentryStubs.onPost(SentryStubs.created(ADA, "member"));
		JsonNode member = Expect.change(
				send("POST", "/members",
						"{\"userName\":\"ada@example.com\",\"sentryOrgRole\":\"member\",\"" + name + "\":true}"),
				201, "created");
		assertThat(member.has("warnings")).isFalse();
		WireMock.verify(postRequestedFor(anyUrl()).withRequestBody(WireMock.containing("\"" + name + "\":true")));
	}

	@ParameterizedTest
	@ValueSource(strings = { "department", "costCenter", "nick/name" })
	void createWhenFieldIsUnknownIsSentWithAWarning(String name) {
		SentryStubs.onPost(SentryStubs.created(ADA, "member"));
		JsonNode member = Expect.change(
				send("POST", "/members",
						"{\"userName\":\"ada@example.com\",\"sentryOrgRole\":\"member\",\"" + name + "\":1}"),
				201, "created");
		assertThat(member.at("/warnings/0/code").stringValue()).isEqualTo("unknown-attribute");
		assertThat(member.at("/warnings/0/pointer").stringValue()).isEqualTo("/" + name.replace("/", "~1"));
		WireMock.verify(postRequestedFor(anyUrl()).withRequestBody(WireMock.containing("\"" + name + "\":1")));
	}

	@Test
	void ensureWhenFieldIsUnknownIsUnchangedWithAWarning() {
		SentryStubs.onGet(SentryStubs.list(SentryStubs.user("242", ADA, "member")));
		JsonNode member = Expect.change(send("PUT", "/members/" + ADA, "{\"department\":\"x\"}"), 200, "unchanged");
		assertThat(member.at("/warnings/0/code").stringValue()).isEqualTo("unknown-attribute");
	}

	@Test
	void createWhenActiveIsFalseNamesDelete() {
		JsonNode problem = Expect.problem(
				send("POST", "/members",
						"{\"userName\":\"ada@example.com\",\"sentryOrgRole\":\"member\",\"active\":false}"),
				400, "invalid-request");
		assertThat(problem.at("/errors/0/detail").stringValue()).contains("DELETE");
	}

	@Test
	void updateRoleAcceptsScimJson() {
		SentryStubs.onGetById("242", SentryStubs.member("242", ADA, "member"));
		SentryStubs.onPut("242", SentryStubs.member("242", ADA, "manager"));
		HttpResponse<String> response = ApiClient.send(ApiClient.request(this.port, "/members/242")
			.header("X-API-Key", KEY)
			.header("Content-Type", "application/scim+json")
			.method("PATCH", BodyPublishers.ofString("""
					{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"sentryOrgRole":"manager"}"""))
			.build());
		Expect.change(response, 200, "updated");
	}

	@Test
	void updateRoleWhenBodyIsAPatchOpNamesTheCorrectBody() {
		JsonNode problem = Expect.problem(send("PATCH", "/members/242", """
				{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
				"Operations":[{"op":"replace","path":"sentryOrgRole","value":"manager"}]}"""), 400, "invalid-request");
		assertThat(problem.at("/errors/0/pointer").stringValue()).isEqualTo("/Operations");
		assertThat(problem.at("/errors/0/detail").stringValue()).contains("PatchOp", "one field sentryOrgRole");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = {
			"PUT    | /members/242       | application/json | 405 | PUT is not possible here. This path takes DELETE, GET, PATCH. PUT takes an address",
			"PUT    | /members           | application/json | 405 | such as /members/ada@example.com",
			"POST   | /members/242       | application/json | 405 | This path takes DELETE, GET, PATCH",
			"GET    | /members/batch     | application/json | 405 | This path takes POST",
			"GET    | /members/ada       | application/json | 404 | /members/104 or /members/ada@example.com",
			"GET    | /members/          | application/json | 404 | /members/104 or /members/ada@example.com",
			"GET    | /member            | application/json | 404 | /docs",
			"POST   | /members           | text/plain       | 415 | must be application/json or application/scim+json",
			"PATCH  | /members/242       | text/plain       | 415 | application/merge-patch+json" })
	void requestWhenNotServedNamesTheAlternative(String method, String path, String type, int status, String detail) {
		HttpResponse<String> response = ApiClient.send(ApiClient.request(this.port, path)
			.header("X-API-Key", KEY)
			.header("Content-Type", type)
			.method(method, BodyPublishers.ofString("{}"))
			.build());
		assertThat(response.statusCode()).isEqualTo(status);
		assertThat(ApiClient.json(response).path("detail").stringValue()).contains(detail);
	}

	@Test
	void requestWhenTypesAreMissingOrUnsupportedNamesThem() {
		JsonNode problem = Expect.problem(ApiClient.send(ApiClient.request(this.port, "/members")
			.header("X-API-Key", KEY)
			.POST(BodyPublishers.ofString("{}"))
			.build()), 415, "unsupported-media-type");
		assertThat(problem.path("detail").stringValue()).contains("no usable Content-Type", "application/json");
		problem = Expect.problem(ApiClient.send(ApiClient.request(this.port, "/members")
			.header("X-API-Key", KEY)
			.header("Accept", "text/html")
			.build()), 406, "not-acceptable");
		assertThat(problem.path("detail").stringValue()).contains("application/json", "application/scim+json")
			.doesNotContain("problem");
	}

	@Test
	void createWhenJsonIsMalformedNamesThePosition() {
		JsonNode problem = Expect.problem(send("POST", "/members", "{\n  \"userName\": ada@example.com\n}"), 400,
				"invalid-request");
		assertThat(problem.at("/errors/0/detail").stringValue()).contains("(line 2, column ").doesNotContain("ada");
	}

	@Test
	void createWhenRequiredRoleIsAbsentNamesTheRoles() {
		JsonNode problem = Expect.problem(send(LIMITED, "POST", "/members", "{\"userName\":\"ada@example.com\"}"), 403,
				"not-permitted");
		assertThat(problem.at("/errors/0/detail").stringValue()).contains("must be given", "Allowed: member, manager");
		problem = Expect.problem(
				send(LIMITED, "POST", "/members", "{\"userName\":\"ada@example.com\",\"sentryOrgRole\":\"admin\"}"),
				403, "not-permitted");
		assertThat(problem.at("/errors/0/detail").stringValue()).contains("Allowed: member, manager");
	}

	@Test
	void bodyWhenItHasAByteOrderMarkIsRead() {
		SentryStubs.onPost(SentryStubs.created(ADA, "member"));
		Expect.change(send("POST", "/members", "\ufeff{\"userName\":\"ada@example.com\"}"), 201, "created");
		HttpResponse<String> batch = ApiClient.send(ApiClient.request(this.port, "/members/batch")
			.header("X-API-Key", KEY)
			.header("Content-Type", "application/x-ndjson")
			.header("Accept", "application/x-ndjson")
			.POST(BodyPublishers.ofString("\ufeff{\"op\":\"create\",\"userName\":\"ada@example.com\"}\r\n\r\n"
					+ "{\"op\":\"create\",\"userName\":\"grace@example.com\"}"))
			.build());
		assertThat(batch.body().lines().toList().getLast()).contains("\"succeeded\":2");
	}

	@ParameterizedTest
	@CsvSource({ "PUT, /members/ada@example.com, 200", "GET, /members, 200", "GET, /members/242, 200",
			"DELETE, /members/242, 204" })
	void requestWhenChunkedWithoutBodyIsServed(String method, String path, int status) throws IOException {
		SentryStubs.onGet(SentryStubs.list(SentryStubs.user("242", ADA, "member")));
		SentryStubs.onGetById("242", SentryStubs.member("242", ADA, "member"));
		SentryStubs.onDelete("242", SentryStubs.json(204, ""));
		String response = RawClient.call(this.port, method + " " + path + " HTTP/1.1\r\nHost: x\r\nX-API-Key: " + KEY
				+ "\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n0\r\n\r\n");
		assertThat(response).startsWith("HTTP/1.1 " + status + " ");
	}

	@Test
	void ensureWhenChunkedBodyHasNoTypeIsRejected() throws IOException {
		String response = RawClient.call(this.port, "PUT /members/ada@example.com HTTP/1.1\r\nHost: x\r\nX-API-Key: "
				+ KEY + "\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n2\r\n{}\r\n0\r\n\r\n");
		assertThat(response).startsWith("HTTP/1.1 415 ");
		assertThat(SentryStubs.calls()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "member_proxy", "member_proxy:8080", "_x_.example.com:80", "[::1]", "[::1]:8080",
			"[2001:db8::7]:8080", "[::ffff:127.0.0.1]" })
	void requestWithAnyHostNameIsServed(String host) throws IOException {
		SentryStubs.onGet(SentryStubs.list());
		assertThat(RawClient.call(this.port,
				"GET /members HTTP/1.1\r\nHost: " + host + "\r\nX-API-Key: " + KEY + "\r\nConnection: close\r\n\r\n"))
			.startsWith("HTTP/1.1 200 ");
	}

	@Test
	void requestWithLargeHeadersIsServedUpToTheLimit() throws IOException {
		SentryStubs.onGet(SentryStubs.list());
		String request = "GET /members HTTP/1.1\r\nHost: x\r\nX-API-Key: " + KEY
				+ "\r\nConnection: close\r\nX-Large: %s\r\n\r\n";
		assertThat(RawClient.call(this.port, request.formatted("a".repeat(15_000)))).startsWith("HTTP/1.1 200 ");
		assertThat(RawClient.call(this.port, request.formatted("a".repeat(17_000)))).startsWith("HTTP/1.1 431 ")
			.contains("/problems/request-header-too-large", "16384 bytes", "server.max-http-request-header-size");
	}

	private HttpResponse<String> send(String method, String path, String body) {
		return send(KEY, method, path, body);
	}

	private HttpResponse<String> send(String key, String method, String path, String body) {
		return ApiClient.send(ApiClient.request(this.port, path)
			.header("X-API-Key", key)
			.header("Content-Type", "application/json")
			.method(method, BodyPublishers.ofString(body))
			.build());
	}

}
