package dev.memberproxy.members;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import dev.memberproxy.ApiClient;
import dev.memberproxy.WireTests;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.test.web.server.LocalServerPort;

import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.findAll;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/** Invalid requests get a problem and are not sent to Sentry. */
@WireTests
class BadInputTests {

	@LocalServerPort
	int port;

	@AfterEach
	void nothingWasSent() {
		assertThat(findAll(anyRequestedFor(anyUrl()))).isEmpty();
	}

	static Stream<Arguments> bodies() {
		return Stream.of(arguments("", ":malformed"), arguments(" ", ":malformed"), arguments("[]", ":wrong-type"),
				arguments("5", ":wrong-type"), arguments("\"x\"", ":wrong-type"), arguments("null", ":wrong-type"),
				arguments("{", ":malformed"), arguments("{\"userName\":\"ada@example.com\"", ":malformed"),
				arguments("{\"userName\":\"ada@example.com\"} x", ":malformed"),
				arguments("{\"userName\":\"ada@example.com\"}{}", ":malformed"),
				arguments("{\"userName\":\"ada@example.com\",\"userName\":\"ada@example.com\"}", ":malformed"),
				arguments("{\"userName\":\"ada@example.com\",\"x\":{\"y\":1,\"y\":2}}", ":malformed"),
				arguments("[".repeat(5_000), ":malformed"), arguments("{\"x\":".repeat(5_000), ":malformed"),
				arguments("{\"userName\":\"ada@example.com\",\"x\":NaN}", ":malformed"),
				arguments("{\"userName\":\"ada@example.com\",\"x\":1e99999999999}", ":malformed"),
				arguments("{\"userName\":\"ada@example.com\",\"x\":\"\\ud800\"}", ":malformed"),
				arguments("{\"userName\":\"ada@example.com\",\"\\udc00\":1}", ":malformed"),
				arguments("\ufeff", ":malformed"), arguments("{}", "/userName:required"),
				arguments("{\"userName\":null}", "/userName:required"),
				arguments("{\"userName\":5}", "/userName:wrong-type"),
				arguments("{\"userName\":{\"a\":1},\"sentryOrgRole\":[\"member\"]}",
						"/sentryOrgRole:wrong-type /userName:wrong-type"),
				arguments("{\"sentryOrgRole\":true}", "/sentryOrgRole:wrong-type /userName:required"),
				arguments("{\"userName\":\"a@b\"}", "/userName:invalid-address"),
				arguments("{\"userName\":\"\"}", "/userName:invalid-address"),
				arguments("{\"userName\":\"a\\u0000@example.com\"}", "/userName:invalid-address"),
				arguments("{\"userName\":\"Ada <ada@example.com>\"}", "/userName:invalid-address"),
				arguments("{\"userName\":\"" + "a".repeat(64) + "@example.com\"}", "/userName:invalid-address"),
				arguments("{\"userName\":\"x\",\"sentryOrgRole\":\"owner\",\"active\":false,\"UserName\":\"y\"}",
						"/UserName:unsupported-attribute /active:unsupported-attribute"
								+ " /sentryOrgRole:unknown-role /userName:invalid-address"));
	}

	@ParameterizedTest
	@MethodSource("bodies")
	void createWhenBodyIsFaultyListsEveryFault(String body, String expected) {
		HttpResponse<String> response = ApiClient.post(this.port, "/members", body);
		JsonNode problem = assertProblem(response, 400, "invalid-request");
		List<String> errors = new ArrayList<>();
		problem.path("errors").forEach((error) -> {
			errors.add(error.path("pointer").stringValue() + ":" + error.path("code").stringValue());
			assertThat(error.path("detail").stringValue()).isNotBlank();
		});
		assertThat(String.join(" ", errors)).isEqualTo(expected);
		assertThat(response.body()).doesNotContain("ada@example.com", "owner");
	}

	@ParameterizedTest
	@ValueSource(strings = { "owner", "Owner", "nonexistant", " member", "member ", "", "membe\u212a" })
	void createWhenRoleIsUnknownNamesTheAllowedOnes(String role) {
		HttpResponse<String> response = ApiClient.post(this.port, "/members",
				"{\"userName\":\"ada@example.com\",\"sentryOrgRole\":\"" + role + "\"}");
		JsonNode error = assertProblem(response, 400, "invalid-request").path("errors").path(0);
		assertThat(error.path("pointer").stringValue()).isEqualTo("/sentryOrgRole");
		assertThat(error.path("detail").stringValue()).contains("billing", "member", "manager", "admin");
	}

	@ParameterizedTest
	@ValueSource(strings = { "active", "Active", "password", "referrer", "username", "USERNAME", "user_name",
			"sentryorgrole", "SentryOrgRole", "sentry_org_role", "sentry-org-role", "userName ",
			"urn:ietf:params:scim:schemas:core:2.0:User:userName" })
	void createWhenAttributeWouldBeMisreadIsRejected(String name) {
		HttpResponse<String> response = ApiClient.post(this.port, "/members",
				"{\"userName\":\"ada@example.com\",\"" + name + "\":\"x\"}");
		JsonNode errors = assertProblem(response, 400, "invalid-request").path("errors");
		assertThat(errors.size()).isOne();
		assertThat(errors.path(0).path("pointer").stringValue()).isEqualTo("/" + name);
		assertThat(errors.path(0).path("code").stringValue()).isEqualTo("unsupported-attribute");
	}

	@Test
	void createWhenBodyIsNotUtf8IsRejected() {
		byte[] body = "{\"userName\":\"\u00e4@example.com\"}".getBytes(StandardCharsets.ISO_8859_1);
		HttpResponse<String> response = ApiClient.send(ApiClient.request(this.port, "/members")
			.header("Content-Type", "application/json")
			.POST(BodyPublishers.ofByteArray(body))
			.build());
		assertProblem(response, 400, "invalid-request");
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void createWhenBodyIsTooLargeIsRejected(boolean withLength) {
		byte[] body = ("{\"userName\":\"" + "a".repeat(64 * 1024) + "\"}").getBytes(StandardCharsets.UTF_8);
		HttpResponse<String> response = ApiClient.send(ApiClient.request(this.port, "/members")
			.header("Content-Type", "application/json")
			.POST(withLength ? BodyPublishers.ofByteArray(body)
					: BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)))
			.build());
		assertProblem(response, 413, "content-too-large");
	}

	@ParameterizedTest
	@ValueSource(strings = { "text/plain", "application/x-www-form-urlencoded", "application/merge-patch+json",
			"application/yaml", "foo", "multipart/form-data; boundary=x" })
	void createWhenMediaTypeIsNotJsonIsRejected(String contentType) {
		HttpResponse<String> response = ApiClient.send(ApiClient.request(this.port, "/members")
			.header("Content-Type", contentType)
			.POST(BodyPublishers.ofString("{\"userName\":\"ada@example.com\"}"))
			.build());
		assertProblem(response, 415, "unsupported-media-type");
	}

	@ParameterizedTest
	@CsvSource({ "Content-Encoding, gzip, 415, unsupported-media-type", "Accept, text/html, 406, not-acceptable",
			"Accept, foo, 406, not-acceptable" })
	void createWhenHeaderCannotBeHonoredIsRejected(String header, String value, int status, String slug) {
		HttpResponse<String> response = ApiClient.send(ApiClient.request(this.port, "/members")
			.header("Content-Type", "application/json")
			.header(header, value)
			.POST(BodyPublishers.ofString("{\"userName\":\"ada@example.com\"}"))
			.build());
		assertProblem(response, status, slug);
	}

	@ParameterizedTest
	@ValueSource(strings = { "?dryrun=true", "?x", "?%zz=1" })
	void createWhenQueryHasParametersIsRejected(String query) throws IOException {
		String response = raw("POST /members" + query + " HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
				+ "Content-Length: 30\r\nConnection: close\r\n\r\n{\"userName\":\"ada@example.com\"}");
		assertThat(response).startsWith("HTTP/1.1 400 ").contains("/problems/invalid-request");
	}

	@ParameterizedTest
	@CsvSource({ "PATCH, /members, 405, method-not-allowed", "FOO, /members, 405, method-not-allowed",
			"TRACE, /members, 405, method-not-allowed", "POST, /, 405, method-not-allowed",
			"GET, /error, 404, not-found", "POST, /members/, 404, not-found", "GET, /members%2Fx, 400, invalid-request",
			"GET, /members^, 400, invalid-request", "GET, /members|x, 400, invalid-request",
			"GET, /members/%00, 400, invalid-request", "GET, /%25, 400, invalid-request",
			"GET, //members, 400, invalid-request", "GET, /problems/nope, 404, not-found",
			"GET, /actuator/health, 404, not-found" })
	void requestWhenNotServedReturnsProblem(String method, String path, int status, String slug) throws IOException {
		String response = raw(method + " " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
		assertThat(response).startsWith("HTTP/1.1 " + status + " ")
			.contains("Content-Type: application/problem+json", "X-Request-Id: ", "\"type\":\"/problems/" + slug + "\"",
					"\"instance\":\"/requests/", "\"retryable\":false", "\"outcome\":\"not_applied\"", "\"requestId\":")
			.doesNotContain("dev.memberproxy", "Exception");
	}

	@ParameterizedTest
	@ValueSource(strings = { "GARBAGE\r\n\r\n", "GET / HTTP/9.9\r\nHost: x\r\n\r\n", "GET / HTTP/1.1\r\n\r\n",
			"POST /members HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: foo\r\n\r\n",
			"POST /members HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
			"POST /members HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n"
					+ "Connection: close\r\n\r\nzz\r\n" })
	void requestWhenTomcatCannotReadItReturnsProblem(String request) throws IOException {
		assertThat(raw(request)).startsWith("HTTP/1.1 400 ")
			.contains("Content-Type: application/problem+json", "/problems/invalid-request");
	}

	@Test
	void requestIdWhenWellFormedIsReturned() {
		assertThat(idOf("deploy-17.a_b")).isEqualTo("deploy-17.a_b");
		assertThat(idOf("forged id")).isNotEqualTo("forged id").matches("[0-9a-f-]{36}");
		assertThat(idOf("a".repeat(65))).matches("[0-9a-f-]{36}");
	}

	private String idOf(String given) {
		HttpResponse<String> response = ApiClient
			.send(ApiClient.request(this.port, "/nowhere").header("X-Request-Id", given).GET().build());
		String id = response.headers().firstValue("X-Request-Id").orElseThrow();
		assertThat(ApiClient.json(response).path("requestId").stringValue()).isEqualTo(id);
		return id;
	}

	private String raw(String request) throws IOException {
		try (Socket socket = new Socket("localhost", this.port)) {
			socket.setSoTimeout(5_000);
			socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
			return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		}
	}

	private static JsonNode assertProblem(HttpResponse<String> response, int status, String slug) {
		assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
		assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
		JsonNode problem = ApiClient.json(response);
		assertThat(problem.path("type").stringValue()).isEqualTo("/problems/" + slug);
		assertThat(problem.path("status").intValue()).isEqualTo(status);
		assertThat(problem.path("title").stringValue()).isNotBlank();
		assertThat(problem.path("detail").stringValue()).isNotBlank();
		assertThat(problem.path("instance").stringValue())
			.isEqualTo("/requests/" + problem.path("requestId").stringValue());
		assertThat(problem.path("retryable").booleanValue(true)).isFalse();
		assertThat(problem.path("outcome").stringValue()).isEqualTo("not_applied");
		return problem;
	}

}
