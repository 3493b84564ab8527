package dev.memberproxy;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/** The service with a context path. */
@WireTests
@TestPropertySource(properties = { "server.servlet.context-path=/seats", "members.access=clients",
		"members.clients.portal.roles=member", "members.clients.portal.key-sha256=" + ContextPathTests.KEY_SHA256 })
class ContextPathTests {

	private static final String KEY = "smp_context-path-tests";

	static final String KEY_SHA256 = "8666005d54ea9298711152708efe4c45a14ba61f99e06cab31a613eae4ef73c5";

	@LocalServerPort
	int port;

	@Test
	void createReturnsTheLocationBelowThePath() {
		SentryStubs.onPost(SentryStubs.created("ada@example.com", "member"));
		HttpResponse<String> response = ApiClient.send(ApiClient.request(this.port, "/seats/members")
			.header("X-API-Key", KEY)
			.header("Content-Type", "application/json")
			.POST(BodyPublishers.ofString("{\"userName\":\"ada@example.com\",\"sentryOrgRole\":\"member\"}"))
			.build());
		assertThat(response.headers().firstValue("Location")).contains("/seats/members/242");
	}

	@Test
	void problemLinksToItsPage() {
		HttpResponse<String> response = get("/seats/members/nobody@example.com?x=y", KEY);
		assertProblem(response, 400, "invalid-request");
		assertThat(get(ApiClient.json(response).path("type").stringValue(), null).statusCode()).isEqualTo(200);
	}

	/** Tomcat rejects these before it maps the path to this service. */
	@ParameterizedTest
	@ValueSource(strings = { "GET /seats/members/a%2Fb HTTP/1.1", "GET /members HTTP/1.1", "GET / HTTP/1.1",
			"GET /seats/members/^ HTTP/1.1" })
	void problemWhenTomcatRejectsRequestLinksToItsPage(String line) throws Exception {
		assertThat(RawClient.call(this.port, line + "\r\nHost: x\r\nConnection: close\r\n\r\n"))
			.contains("\"type\":\"/seats/problems/", "\"instance\":\"/seats/requests/");
	}

	@ParameterizedTest
	@CsvSource({ "/seats/, 302", "/seats/docs, 200", "/seats/docs/docs.js, 200", "/seats/openapi.json, 200",
			"/seats/problems, 200", "/seats/problems/busy, 200", "/seats/problems/nothing, 404" })
	void pagesNeedNoKey(String path, int status) {
		assertThat(get(path, "smp_wrong").statusCode()).isEqualTo(status);
	}

	@ParameterizedTest
	@ValueSource(strings = { "/seats/seats", "/seats/seats/docs", "/seats/x/problems", "/seats/members" })
	void otherPathsNeedAKey(String path) {
		assertProblem(get(path, "smp_wrong"), 401, "unauthenticated");
	}

	@Test
	void rootRedirectsToDocs() {
		assertThat(get("/seats/", null).headers().firstValue("Location")).contains("/seats/docs");
		assertThat(get("/seats", null).headers().firstValue("Location").orElseThrow()).endsWith("/seats/");
	}

	private static void assertProblem(HttpResponse<String> response, int status, String slug) {
		assertThat(response.statusCode()).isEqualTo(status);
		assertThat(ApiClient.json(response).path("type").stringValue()).isEqualTo("/seats/problems/" + slug);
		assertThat(ApiClient.json(response).path("instance").stringValue()).startsWith("/seats/requests/");
	}

	private HttpResponse<String> get(String path, String key) {
		HttpRequest.Builder request = ApiClient.request(this.port, path);
		if (key != null) {
			request.header("X-API-Key", key);
		}
		return ApiClient.send(request.build());
	}

}
