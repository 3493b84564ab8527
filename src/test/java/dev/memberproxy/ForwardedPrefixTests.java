package dev.memberproxy;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;

import dev.memberproxy.audit.AuditLines;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/** The service behind a trusted proxy that reports prefixes. */
@WireTests
@TestPropertySource(properties = { "server.forward-headers-strategy=framework", "members.access=clients",
		"members.clients.portal.roles=member,manager,admin,billing",
		"members.clients.portal.operations=create,read,update-role,delete",
		"members.clients.portal.key-sha256=" + ForwardedPrefixTests.KEY_SHA256 })
class ForwardedPrefixTests {

	static final String KEY_SHA256 = "e6664b18acc8441aa61180261dd1d3b1afabe06548c96cf9dd30d062abb91f70";

	private static final String KEY = "smp_forwarded-prefix-tests";

	private static final String ADA = "{\"userName\":\"ada@example.com\",\"sentryOrgRole\":\"member\"}";

	@RegisterExtension
	final AuditLines lines = new AuditLines();

	@LocalServerPort
	int port;

	@ParameterizedTest
	@CsvSource({ "/people, /people", "/a/b-c.d/, /a/b-c.d", "'/outer, /inner', /outer/inner", "'', ''" })
	void createWhenProxyReportsPrefixReturnsLocationBelowIt(String prefix, String expected) {
		SentryStubs.onPost(SentryStubs.created("ada@example.com", "member"));
		assertThat(send(post("/members", ADA), prefix).headers().firstValue("Location"))
			.contains(expected + "/members/242");
	}

	@Test
	void createWhenProxyReportsHostKeepsLocationRelative() {
		SentryStubs.onPost(SentryStubs.created("ada@example.com", "member"));
		HttpResponse<String> response = send(
				post("/members", ADA).header("Forwarded", "for=192.0.2.7;host=gateway.example.com;proto=https"),
				"/people");
		assertThat(response.statusCode()).isEqualTo(201);
		assertThat(response.headers().firstValue("Location")).contains("/people/members/242");
	}

	@Test
	void listWhenProxyReportsPrefixLinksBelowIt() {
		SentryStubs.onGet(SentryStubs.list(SentryStubs.user("7", "ada@example.com", "member")));
		HttpResponse<String> response = send(request("/organizations/default/members"), "/people");
		assertThat(response.headers().firstValue("Link").orElseThrow())
			.startsWith("</people/organizations/default/members?startIndex=1");
	}

	@ParameterizedTest
	@ValueSource(strings = { "/members/7?x=y", "/members/nobody", "/nothing" })
	void problemLinksToItsPage(String path) {
		JsonNode problem = ApiClient.json(send(request(path), "/people"));
		assertThat(problem.path("type").stringValue()).startsWith("/people/problems/");
		assertThat(problem.path("instance").stringValue()).startsWith("/people/requests/");
	}

	@ParameterizedTest
	@ValueSource(strings = { "GET /members/a%2Fb HTTP/1.1", "GET /members;x=y HTTP/1.1", "BREW /members HTTP/1.1",
			"GET //members HTTP/1.1" })
	void problemWhenRejectedEarlyLinksToItsPage(String line) throws Exception {
		String response = RawClient.call(this.port, line + "\r\nHost: x\r\nX-Forwarded-Prefix: /people/\r\n"
				+ "X-API-Key: " + KEY + "\r\nConnection: close\r\n\r\n");
		assertThat(response).contains("\"type\":\"/people/problems/", "\"instance\":\"/people/requests/");
	}

	@ParameterizedTest
	@CsvSource({ "/nothing, The page /people/docs", "/members/ada, or /people/members/ada@example.com." })
	void problemSuggestsPathsBelowThePrefix(String path, String suggestion) {
		JsonNode problem = ApiClient.json(send(request(path), "/people"));
		assertThat(problem.path("detail").stringValue()).contains(suggestion);
	}

	@Test
	void batchWhenProxyReportsPrefixHasProblemsBelowIt() {
		HttpResponse<String> response = send(post("/members/batch", "[{\"op\":\"create\",\"userName\":\"ada\"}]"),
				"/people");
		assertThat(response.body()).contains("\"type\":\"/people/problems/invalid-request\"");
	}

	/** The stored response is the first one, byte for byte. */
	@Test
	void createWhenReplayedUnderAnotherPrefixKeepsTheFirstPrefix() {
		SentryStubs.onPost(SentryStubs.created("ada@example.com", "member"));
		for (String prefix : List.of("/people", "/other")) {
			HttpResponse<String> response = send(post("/members", ADA).header("Idempotency-Key", "prefix-1"), prefix);
			assertThat(response.headers().firstValue("Location")).contains("/people/members/242");
		}
	}

	@ParameterizedTest
	@CsvSource({ "/, 302", "/docs, 200", "/docs/docs.js, 200", "/openapi.json, 200", "/problems, 200",
			"/problems/busy, 200", "/problems/nothing, 404", "/docs/nothing, 404" })
	void pagesNeedNoKeyAndAreNotAudited(String path, int status) {
		HttpResponse<String> response = send(ApiClient.request(this.port, path).header("X-API-Key", "smp_wrong"),
				"/people");
		assertThat(response.statusCode()).isEqualTo(status);
		send(request("/nothing"), "/people");
		awaitLines(1);
	}

	@ParameterizedTest
	@CsvSource({ "/people/problems, ''", "/people/docs, ''", "/people/docs, /people", "/members/7, /problems",
			"/members/7, /docs", "/members/7, /problems/x", "/members/%2e%2e/docs, /people",
			"/members/docs/../docs, /people", "/problems/../members, ''", "/problems/..;/members, ''",
			"/members/7, //docs", "/members/7, /docs/..", "/members/7, docs", "/members/7, '/docs,/problems'" })
	void otherPathWithoutKeyIsUnauthorized(String path, String prefix) throws Exception {
		for (String key : List.of("", "X-API-Key: smp_wrong\r\n")) {
			String response = RawClient.call(this.port, "GET " + path + " HTTP/1.1\r\nHost: x\r\nX-Forwarded-Prefix: "
					+ prefix + "\r\n" + key + "Connection: close\r\n\r\n");
			assertThat(response).containsPattern("^HTTP/1.1 40[01] ").doesNotContain("text/html");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "/members/7", "/people/problems", "/nothing" })
	void otherPathIsAudited(String path) {
		HttpResponse<String> response = send(ApiClient.request(this.port, path).header("X-API-Key", "smp_wrong"),
				"/problems");
		assertThat(response.statusCode()).isEqualTo(401);
		awaitLines(1);
	}

	/** A header of a caller must not link to another site. */
	@ParameterizedTest
	@ValueSource(strings = { "//evil.example", "/\"x", "/<b>", "https://evil.example", "people", "/../x", "/a b",
			"/x>; rel=next, <", "/a;b", "/%2e%2e", "/ä" })
	void prefixWhenMalformedIsNotUsed(String prefix) throws Exception {
		for (String path : List.of("/", "/members/7", "/openapi.json", "/openapi.yaml", "/problems/busy")) {
			String response = RawClient.call(this.port, "GET " + path + " HTTP/1.1\r\nHost: x\r\nX-Forwarded-Prefix: "
					+ prefix + "\r\nConnection: close\r\n\r\n");
			assertThat(response).as(path)
				.doesNotStartWith("HTTP/1.1 5")
				.doesNotContain("evil", "<b>", "/\"x", "/a b", "/../x", "rel=next", "/a;b", "%2e");
		}
	}

	@ParameterizedTest
	@CsvSource({ "Forwarded, host=x:port", "X-Forwarded-Port, many", "Forwarded, for=x:port" })
	void requestWhenForwardedHeaderIsMalformedIsRejected(String header, String value) {
		HttpResponse<String> response = send(request("/members/7").header(header, value), "/people");
		assertThat(response.statusCode()).isEqualTo(400);
		assertThat(ApiClient.json(response).path("type").stringValue()).isEqualTo("/people/problems/invalid-request");
		awaitLines(1);
	}

	@ParameterizedTest
	@CsvSource({ "/people, /people", "'', /" })
	void descriptionNamesThePrefixAsItsServer(String prefix, String url) {
		HttpResponse<String> json = send(ApiClient.request(this.port, "/openapi.json"), prefix);
		HttpResponse<String> yaml = send(ApiClient.request(this.port, "/openapi.yaml"), prefix);
		assertThat(ApiClient.json(json).path("servers").path(0).path("url").stringValue()).isEqualTo(url);
		assertThat(ApiClient.json(json)).isEqualTo(JsonMapper.shared().valueToTree(new Yaml().load(yaml.body())));
		String etag = json.headers().firstValue("ETag").orElseThrow();
		assertThat(
				send(ApiClient.request(this.port, "/openapi.json").header("If-None-Match", etag), prefix).statusCode())
			.isEqualTo(304);
		assertThat(send(ApiClient.request(this.port, "/openapi.json").header("If-None-Match", etag), "/other")
			.statusCode()).isEqualTo(200);
	}

	@ParameterizedTest
	@ValueSource(strings = { "GET", "HEAD" })
	void rootRedirectsToDocs(String method) {
		HttpResponse<String> response = send(ApiClient.request(this.port, "/").method(method, BodyPublishers.noBody()),
				"/people");
		assertThat(response.statusCode()).isEqualTo(302);
		assertThat(response.headers().firstValue("Location")).contains("/people/docs");
	}

	/** Waits, because the lines are written after the response is sent. */
	private void awaitLines(int count) {
		Awaitility.await().untilAsserted(() -> assertThat(this.lines.list()).hasSize(count));
	}

	private HttpRequest.Builder request(String path) {
		return ApiClient.request(this.port, path).header("X-API-Key", KEY);
	}

	private HttpRequest.Builder post(String path, String body) {
		return request(path).header("Content-Type", "application/json").POST(BodyPublishers.ofString(body));
	}

	private static HttpResponse<String> send(HttpRequest.Builder request, String prefix) {
		return ApiClient.send((prefix.isEmpty() ? request : request.header("X-Forwarded-Prefix", prefix)).build());
	}

}
