package dev.memberproxy;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.stream.Stream;

import dev.memberproxy.clients.KeyDigests;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.context.TestPropertySource;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.findAll;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.stubFor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

/**
 * Logs, responses and management pages never contain the token or a caller's key, at any
 * log level and wherever a caller sends its key.
 */
@WireTests
// The loggers of WireMock and of the test framework are excluded.
@TestPropertySource(
		properties = { "logging.level.root=trace", "logging.level.WireMock=off", "logging.level.org.eclipse.jetty=info",
				"logging.level.org.springframework.test=info", "logging.level.org.springframework.boot.test=info" })
@ParameterizedClass
@EnumSource(names = { "DEBUG", "TRACE" })
@ExtendWith(OutputCaptureExtension.class)
class SecretLeakTests {

	/** The common part of the correct key and of similar keys. */
	private static final String STEM = "7Tq0uVw3xYz9AbCdEfGhIjKlMnOpQrStUvWxYz0123";

	private static final String KEY = "smp_" + STEM + "4";

	private static final String ADA = "{\"userName\":\"ada@example.com\",\"sentryOrgRole\":\"member\"}";

	@Parameter
	LogLevel level;

	@LocalServerPort
	int port;

	@LocalManagementPort
	int managementPort;

	@Autowired
	LoggingSystem loggingSystem;

	@DynamicPropertySource
	static void clients(DynamicPropertyRegistry registry) {
		registry.add("members.access", () -> "clients");
		registry.add("members.clients.portal.key-sha256", () -> KeyDigests.hex(KEY));
		// An issuer without metadata.
		registry.add("members.jwt.issuer", () -> "${sentry.base-url}");
		registry.add("members.jwt.audience", () -> "sentry-member-proxy");
	}

	@BeforeEach
	void setLogLevel() {
		this.loggingSystem.setLogLevel(LoggingSystem.ROOT_LOGGER_NAME, this.level);
	}

	@AfterEach
	void resetLogLevel() {
		this.loggingSystem.setLogLevel(LoggingSystem.ROOT_LOGGER_NAME, LogLevel.INFO);
	}

	@Test
	void tokenIsSentOnlyToSentry(CapturedOutput output) throws IOException {
		StringBuilder seen = new StringBuilder();
		for (int status : new int[] { 201, 400, 401, 403, 404, 409, 429, 500, 502 }) {
			stubFor(post(WireTests.USERS).willReturn(
					aResponse().withStatus(status).withBody("{\"id\":\"1\",\"detail\":\"" + WireTests.TOKEN + "\"}")));
			seen.append(send("/members", "X-API-Key: " + KEY, ADA));
		}
		seen.append(managementPages());
		assertThat(findAll(anyRequestedFor(anyUrl()))).hasSizeGreaterThan(9)
			.allSatisfy(
					(request) -> assertThat(request.getHeader("Authorization")).isEqualTo("Bearer " + WireTests.TOKEN));
		assertThat(seen.toString()).contains("http_server_requests", "members_authentication_failures");
		assertNoSecret(seen.toString());
		assertNoSecretInLog(output);
	}

	static Stream<Arguments> requests() {
		String right = "X-API-Key: " + KEY;
		String basic = Base64.getEncoder().encodeToString((KEY + ":").getBytes(StandardCharsets.UTF_8));
		return Stream.of(argumentSet("right key", 201, "/members", right, ADA),
				argumentSet("right bearer", 201, "/members", "Authorization: Bearer " + KEY, ADA),
				argumentSet("last character missing", 401, "/members", "X-API-Key: smp_" + STEM, ADA),
				argumentSet("last character wrong", 401, "/members", "Authorization: Bearer smp_" + STEM + "5", ADA),
				argumentSet("one character too many", 401, "/members", right + "4", ADA),
				argumentSet("prefix missing", 401, "/members", "X-API-Key: " + STEM + "4", ADA),
				argumentSet("wrong case", 401, "/members", right.toUpperCase(Locale.ROOT), ADA),
				argumentSet("in both headers", 201, "/members", right + "\r\nAuthorization: Bearer " + KEY, ADA),
				argumentSet("two keys", 400, "/members", "X-API-Key: smp_x\r\nAuthorization: Bearer " + KEY, ADA),
				argumentSet("word Bearer missing", 401, "/members", "Authorization: " + KEY, ADA),
				argumentSet("basic", 401, "/members", "Authorization: Basic " + basic, ADA),
				argumentSet("like a token of the identity provider", 401, "/members",
						"Authorization: Bearer a." + KEY + ".c", ADA),
				argumentSet("colon missing", 400, "/members", "X-API-Key " + KEY, ADA),
				argumentSet("blank before the colon", 400, "/members", "X-API-Key : " + KEY, ADA),
				argumentSet("control character", 400, "/members", right + "\u0001", ADA),
				argumentSet("unknown header", 401, "/members", "API-Key: " + KEY, ADA),
				argumentSet("proxy header", 401, "/members", "Proxy-Authorization: Bearer " + KEY, ADA),
				argumentSet("cookie", 401, "/members", "Cookie: api_key=" + KEY, ADA),
				argumentSet("idempotency key", 201, "/members", right + "\r\nIdempotency-Key: " + KEY, ADA),
				argumentSet("malformed idempotency key", 400, "/members", right + "\r\nIdempotency-Key: Bearer " + KEY,
						ADA),
				argumentSet("request id", 201, "/members", right + "\r\nX-Request-Id: " + KEY, ADA),
				argumentSet("person behind the call", 400, "/members", right + "\r\nMembers-Requested-By: " + KEY, ADA),
				argumentSet("query", 401, "/members?api_key=" + KEY, "A: b", ADA),
				argumentSet("query beside the header", 400, "/members?api_key=" + KEY, right, ADA),
				argumentSet("query with a wrong escape", 400, "/members?api_key=" + KEY + "%zz", right, ADA),
				argumentSet("query with an illegal character", 400, "/members?api_key=" + KEY + "|", right, ADA),
				argumentSet("path", 404, "/members/" + KEY, right, ADA),
				argumentSet("path parameter", 400, "/members;key=" + KEY, right, ADA),
				argumentSet("path with an escaped slash", 400, "/" + KEY + "%2Fmembers", right, ADA),
				argumentSet("organization", 404, "/organizations/" + KEY + "/members", right, ADA),
				argumentSet("user of the address", 201, "http://" + KEY + "@localhost/members", right, ADA),
				argumentSet("address of the member", 400, "/members", right, "{\"userName\":\"" + KEY + "\"}"),
				argumentSet("role", 400, "/members", right, ADA.replace("\"member\"", "\"" + KEY + "\"")),
				argumentSet("rejected field", 400, "/members", right,
						ADA.replace("}", ",\"password\":\"" + KEY + "\"}")),
				argumentSet("other field", 201, "/members", right, ADA.replace("}", ",\"apiKey\":\"" + KEY + "\"}")),
				argumentSet("no JSON", 400, "/members", right, ADA.replace("}", ",\"apiKey\":" + KEY + "}")));
	}

	@ParameterizedTest
	@MethodSource("requests")
	void keyOfCallerIsNotExposed(int status, String path, String headers, String body, CapturedOutput output)
			throws IOException {
		SentryStubs.onPost(SentryStubs.created("ada@example.com", "member"));
		String response = send(path, headers, body);
		assertThat(response).startsWith("HTTP/1.1 " + status + " ");
		assertNoSecret(response);
		assertNoSecret(managementPages());
		assertNoSecretInLog(output);
	}

	private void assertNoSecretInLog(CapturedOutput output) {
		assertThat(output.getAll().lines().filter((line) -> line.contains(" " + this.level + " "))).isNotEmpty();
		assertNoSecret(output.getAll());
	}

	private static void assertNoSecret(String text) {
		String stem = STEM.toLowerCase(Locale.ROOT);
		// The middle of the key, as Basic authentication encodes it.
		String encoded = Base64.getEncoder().encodeToString(STEM.substring(2, 41).getBytes(StandardCharsets.UTF_8));
		assertThat(text.lines()
			.filter((line) -> line.contains(WireTests.TOKEN) || line.contains(encoded)
					|| line.toLowerCase(Locale.ROOT).contains(stem)))
			.isEmpty();
	}

	private String managementPages() {
		StringBuilder pages = new StringBuilder();
		for (String path : new String[] { "/actuator", "/actuator/health", "/actuator/info", "/actuator/prometheus",
				"/actuator/env", "/actuator/configprops", "/actuator/metrics", "/actuator/" + KEY,
				"/actuator/health?api_key=" + KEY }) {
			HttpResponse<String> response = ApiClient.send(ApiClient.request(this.managementPort, path).GET().build());
			pages.append(response.headers()).append(response.body()).append('\n');
		}
		return pages.toString();
	}

	/** Returns everything that the service sends until it closes the connection. */
	private String send(String path, String headers, String body) throws IOException {
		return RawClient.call(this.port,
				"POST " + path
						+ " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\n"
						+ "Content-Length: " + body.length() + "\r\n" + headers + "\r\n\r\n" + body);
	}

}
