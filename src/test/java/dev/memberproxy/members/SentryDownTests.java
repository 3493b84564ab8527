package dev.memberproxy.members;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

import com.github.tomakehurst.wiremock.client.WireMock;
import dev.memberproxy.ApiClient;
import dev.memberproxy.Expect;
import dev.memberproxy.SentryStubs;
import dev.memberproxy.WireTests;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.TestPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/** Sentry failed for many members, and the circuit breaker is open. */
@WireTests
@TestPropertySource(properties = { "sentry.read-timeout=1s", "sentry.deadline=1500ms",
		"sentry.organizations.gone.base-url=http://127.0.0.1:1", "sentry.organizations.gone.slug=acme",
		"sentry.organizations.gone.token=token", "sentry.organizations.unused.base-url=http://127.0.0.1:1",
		"sentry.organizations.unused.slug=unused", "sentry.organizations.unused.token=token" })
@ExtendWith(OutputCaptureExtension.class)
// The breaker stays open for those who come later.
@DirtiesContext
class SentryDownTests {

	@LocalServerPort
	int port;

	@LocalManagementPort
	int managementPort;

	@Test
	void createWhenBreakerIsOpenFailsImmediately() {
		SentryStubs.onGet(SentryStubs.json(502, "<html>"));
		SentryStubs.onPost(SentryStubs.json(502, "<html>"));
		Expect.unknown(create(0), 502);
		try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
			IntStream.range(1, 12).forEach((person) -> executor.execute(() -> create(person)));
		}
		WireMock.resetAllRequests();
		Expect.problem(create(99), 503, "sentry-unavailable");
		Expect.unknown(create(0), 502);
		assertThat(SentryStubs.calls()).isEmpty();
	}

	/**
	 * Whether it is the retries of a request that open the breaker, or its first attempt.
	 */
	@Test
	void createWhenRetriesOpenTheBreakerLogsTheFirstCause(CapturedOutput output) {
		IntStream.range(0, 8)
			.forEach((person) -> Expect.problem(ApiClient.post(this.port, "/organizations/gone/members",
					"{\"userName\":\"person" + person + "@example.com\"}"), 503, "sentry-unavailable"));
		assertThat(health("gone").path("status").stringValue()).isEqualTo("DOWN");
		assertThat(health("gone").path("troubles").valueStream())
			.extracting((issue) -> issue.path("code").stringValue())
			.containsExactly("circuit-open", "unreachable");
		List<String> audits = output.getAll().lines().filter((line) -> line.contains("organization=gone")).toList();
		List<String> causes = output.getAll().lines().filter((line) -> line.contains("ProblemResponder")).toList();
		assertThat(audits).hasSize(8);
		assertThat(causes).hasSize(8);
		List<Boolean> attempted = audits.stream().map((line) -> !line.contains(" attempts=0 ")).toList();
		assertThat(attempted).contains(true, false);
		for (int i = 0; i < 8; i++) {
			assertThat(causes.get(i)).contains(attempted.get(i) ? "127.0.0.1:1" : "Sentry failed too often");
		}
	}

	@Test
	void healthOfAnUnusedOrganizationIsUnknown() {
		assertThat(health("unused").path("status").stringValue()).isEqualTo("UNKNOWN");
	}

	private JsonNode health(String alias) {
		return ApiClient.json(ApiClient.get(this.managementPort, "/actuator/health"))
			.at("/components/sentry/details/" + alias);
	}

	private HttpResponse<String> create(int person) {
		return ApiClient.send(ApiClient.request(this.port, "/members")
			.header("Content-Type", "application/json")
			.header("Idempotency-Key", "key-" + person)
			.POST(BodyPublishers.ofString("{\"userName\":\"person" + person + "@example.com\"}"))
			.build());
	}

}
