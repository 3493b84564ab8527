package dev.memberproxy;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

@WireTests
class ManagementPortTests {

	@LocalServerPort
	int port;

	@LocalManagementPort
	int managementPort;

	@ParameterizedTest
	@ValueSource(strings = { "", "/", "/health", "/health/liveness", "/info", "/prometheus", "/env", "/loggers" })
	void actuatorIsNotOnTheMainPort(String endpoint) {
		HttpResponse<String> response = get(this.port, "/actuator" + endpoint);
		assertThat(response.statusCode()).isEqualTo(404);
		assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
		assertThat(ApiClient.json(response).path("type").stringValue()).isEqualTo("/problems/not-found");
	}

	@ParameterizedTest
	@ValueSource(strings = { "/health", "/health/liveness", "/health/readiness", "/info", "/prometheus" })
	void endpointForThePlatformIsOnTheManagementPort(String endpoint) {
		// Health reports the last state of Sentry, which a previous test may have caused.
		SentryStubs.onGet(SentryStubs.list());
		ApiClient.get(this.port, "/members");
		assertThat(get(this.managementPort, "/actuator" + endpoint).statusCode()).isEqualTo(200);
	}

	@Test
	void healthAndInfoExposeNoConfiguration() {
		assertThat(get(this.managementPort, "/actuator/health").body()).contains("\"tokens\"")
			.doesNotContain(WireTests.TOKEN, "acme", "sentry.", "identityProvider");
		assertThat(get(this.managementPort, "/actuator/info").body()).doesNotContain(WireTests.TOKEN, "acme");
	}

	@Test
	void infoHasOnlyVersionAndBuildTime() {
		JsonNode info = ApiClient.json(get(this.managementPort, "/actuator/info"));
		assertThat(info.propertyNames()).isSubsetOf("build", "git");
		assertThat(info.path("build").propertyNames()).containsExactlyInAnyOrder("artifact", "group", "name", "time",
				"version");
		assertThat(info.at("/build/version").stringValue()).matches("\\d+\\.\\d+\\.\\d+(-SNAPSHOT)?");
		assertThat(Instant.parse(info.at("/build/time").stringValue())).isBetween(Instant.parse("2026-11-01T00:00:00Z"),
				Instant.now());
	}

	@Test
	void infoWhenBuiltFromGitHasCommitAndTime() throws Exception {
		assumeTrue(Programs.find("git").isPresent() && Files.exists(Path.of(".git/HEAD")), "no clone");
		String time = Instant.ofEpochSecond(Long.parseLong(git("%ct"))).toString();
		JsonNode info = ApiClient.json(get(this.managementPort, "/actuator/info"));
		assertThat(info.at("/git/commit/id/full").stringValue()).isEqualTo(git("%H"));
		assertThat(info.at("/git/commit/time").stringValue()).isEqualTo(time);
		assertThat(info.at("/build/time").stringValue()).isEqualTo(time);
	}

	@ParameterizedTest
	@ValueSource(strings = { "auditevents", "beans", "caches", "conditions", "configprops", "env", "heapdump",
			"httpexchanges", "jolokia", "logfile", "loggers", "mappings", "metrics", "scheduledtasks", "shutdown",
			"startup", "threaddump", "env/sentry.token", "loggers/ROOT" })
	void internalEndpointIsNotFound(String endpoint) {
		assertThat(get(this.managementPort, "/actuator/" + endpoint).statusCode()).isEqualTo(404);
	}

	@ParameterizedTest
	@ValueSource(strings = { "GET /nowhere HTTP/1.1", "GET /actuator/health|x HTTP/1.1", "GET /%2F HTTP/1.1",
			"POST /actuator/health HTTP/1.1", "GARBAGE" })
	void errorOnTheManagementPortExposesNoInternals(String requestLine) throws Exception {
		assertThat(RawClient.call(this.managementPort, requestLine + "\r\nHost: x\r\nConnection: close\r\n\r\n"))
			.startsWith("HTTP/1.1 4")
			.doesNotContain("Exception", "at org.", "Tomcat", "dev.memberproxy");
	}

	private static HttpResponse<String> get(int port, String path) {
		return ApiClient.send(ApiClient.request(port, path).GET().build());
	}

	private static String git(String format) throws IOException {
		Process git = new ProcessBuilder("git", "log", "-1", "--format=" + format).start();
		return new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
	}

}
