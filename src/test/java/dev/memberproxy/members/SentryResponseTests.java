package dev.memberproxy.members;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import dev.memberproxy.ApiClient;
import dev.memberproxy.SentryStubs;
import dev.memberproxy.WireTests;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.test.web.server.LocalServerPort;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.exactly;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.stubFor;
import static com.github.tomakehurst.wiremock.client.WireMock.verify;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/** Sentry's rejections, each with its problem. None is retried. */
@WireTests
class SentryResponseTests {

	private static final String ERROR = "\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:Error\"]";

	private static final Map<String, Integer> STATUS = Map.ofEntries(Map.entry("member-exists", 409),
			Map.entry("member-already-invited", 409), Map.entry("role-not-available", 422),
			Map.entry("rejected-by-sentry", 422), Map.entry("sentry-credentials-refused", 502),
			Map.entry("sentry-misconfigured", 502));

	@LocalServerPort
	int port;

	static Stream<Arguments> rejections() {
		return Stream.of(
				arguments(400, "{" + ERROR + ",\"detail\":\"Invalid organization role.\"}", "role-not-available"),
				arguments(400, "{" + ERROR + ",\"status\":\"400\",\"detail\":\"Invalid organization role.\"}",
						"role-not-available"),
				arguments(409, "{" + ERROR + ",\"detail\":\"User already exists in the database.\"}", "member-exists"),
				arguments(409,
						"{" + ERROR
								+ ",\"status\":\"409\",\"scimType\":\"uniqueness\",\"detail\":\"User already exists\"}",
						"member-exists"),
				arguments(409, "{\"detail\":{\"email\":[\"x\"]}}", "member-exists"),
				arguments(400, "{" + ERROR
						+ ",\"detail\":\"{\\\"email\\\":[\\\"The user ada@example.com has already been invited\\\"]}\"}",
						"member-already-invited"),
				arguments(400,
						"{" + ERROR
								+ ",\"detail\":{\"email\":[\"The user ada@example.com has already been invited\"]}}",
						"member-already-invited"),
				arguments(400, "{\"email\":[\"The user ada@example.com has already been invited\"]}",
						"member-already-invited"),
				arguments(409, "{\"detail\":\"The user ada@example.com has already been invited\"}",
						"member-already-invited"),
				arguments(400, "{\"detail\":\"{\\\"email\\\":[\\\"The user a is already a member\\\"]}\"}",
						"member-exists"),
				arguments(400, "{" + ERROR + ",\"detail\":\"{\\\"email\\\":[\\\"Enter a valid email address.\\\"]}\"}",
						"rejected-by-sentry"),
				arguments(400, "{" + ERROR + ",\"scimType\":\"invalidFilter\"}", "rejected-by-sentry"),
				arguments(400, "{\"detail\":\"JSON parse error - Expecting value\"}", "sentry-misconfigured"),
				arguments(400, "\"Invalid origin: https://x\"", "sentry-misconfigured"),
				arguments(401, "{\"detail\":\"Invalid token\"}", "sentry-credentials-refused"),
				arguments(401, "{\"detail\":{\"code\":\"2fa-required\",\"message\":\"x\",\"extra\":{}}}",
						"sentry-credentials-refused"),
				arguments(403, "{\"detail\":\"You do not have permission to perform this action.\"}",
						"sentry-credentials-refused"),
				arguments(404, "{\"detail\":\"The requested resource does not exist\"}", "sentry-misconfigured"),
				arguments(404, "{\"info\":\"Route not found, did you forget a trailing slash?\"}",
						"sentry-misconfigured"),
				arguments(405, "{\"detail\":\"Method \\\"POST\\\" not allowed.\"}", "sentry-misconfigured"));
	}

	@ParameterizedTest
	@MethodSource("rejections")
	void createWhenSentryRejectsReturnsProblem(int status, String body, String slug) {
		JsonNode problem = create(aResponse().withStatus(status)
			.withHeader("Content-Type", "application/json")
			.withHeader("Location", "/auth/login/")
			.withBody(body), STATUS.get(slug), slug);
		assertThat(problem.path("upstream").path("status").intValue()).isEqualTo(status);
		assertThat(problem.path("outcome").stringValue()).isEqualTo("not_applied");
	}

	@ParameterizedTest
	@MethodSource("rejections")
	void createWhenSentryRejectsIgnoresTheContentType(int status, String body, String slug) {
		JsonNode problem = create(
				aResponse().withStatus(status).withHeader("Content-Type", "text/html; charset=utf-8").withBody(body),
				STATUS.get(slug), slug);
		assertThat(problem.path("upstream").path("status").intValue()).isEqualTo(status);
	}

	@Test
	void createWhenResponseIsCompressedIsRead() throws IOException {
		ByteArrayOutputStream compressed = new ByteArrayOutputStream();
		try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
			gzip.write("{\"id\":\"242\"}".getBytes(StandardCharsets.UTF_8));
		}
		stubFor(post(WireTests.USERS).willReturn(
				aResponse().withStatus(201).withHeader("Content-Encoding", "gzip").withBody(compressed.toByteArray())));
		HttpResponse<String> response = ApiClient.post(this.port, "/members", "{\"userName\":\"ada@example.com\"}");
		assertThat(response.statusCode()).isEqualTo(201);
		assertThat(ApiClient.json(response).path("userName").stringValue()).isEqualTo("ada@example.com");
	}

	@Test
	void createWhenContentCodingIsUnknownIsMisconfigured() {
		SentryStubs.onGet(SentryStubs.list());
		stubFor(post(WireTests.USERS)
			.willReturn(aResponse().withStatus(409).withHeader("Content-Encoding", "br").withBody("abcd")));
		JsonNode problem = ApiClient.json(ApiClient.post(this.port, "/members", "{\"userName\":\"ada@example.com\"}"));
		assertThat(problem.path("type").stringValue()).isEqualTo("/problems/sentry-misconfigured");
		assertThat(problem.path("outcome").stringValue()).isEqualTo("unknown");
	}

	private JsonNode create(ResponseDefinitionBuilder rejection, int status, String slug) {
		stubFor(post(WireTests.USERS).willReturn(rejection));
		HttpResponse<String> response = ApiClient.post(this.port, "/members", "{\"userName\":\"ada@example.com\"}");
		assertThat(response.body()).doesNotContain("ada@example.com", "Invalid", "invited\\", WireTests.TOKEN);
		assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
		assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
		assertThat(response.headers().firstValue("Retry-After")).isEmpty();
		JsonNode problem = ApiClient.json(response);
		assertThat(problem.path("type").stringValue()).isEqualTo("/problems/" + slug);
		verify(exactly(1), postRequestedFor(anyUrl()));
		// The only other request is the lookup of the existing member.
		boolean exists = slug.equals("member-exists") || slug.equals("member-already-invited");
		verify(exactly(exists ? 2 : 1), anyRequestedFor(anyUrl()));
		return problem;
	}

}
