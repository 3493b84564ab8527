package dev.memberproxy.members;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

import com.github.tomakehurst.wiremock.client.WireMock;
import dev.memberproxy.Call;
import dev.memberproxy.Expect;
import dev.memberproxy.SentryStubs;
import dev.memberproxy.WireTests;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.TestPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/** Sentry has failed for many, and is left in peace. */
@WireTests
@TestPropertySource(
		properties = { "sentry.preflight-interval=0", "sentry.organizations.gone.base-url=http://127.0.0.1:1",
				"sentry.organizations.gone.slug=acme", "sentry.organizations.gone.token=token" })
@ExtendWith(OutputCaptureExtension.class)
// The breaker stays open for those who come later.
@DirtiesContext
class SentryDownTests {

	@LocalServerPort
	int port;

	@Test
	void createWhenSentryIsLeftInPeaceEndsAtOnceWithOrWithoutAnEarlierRequest() {
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

	/** Its own attempts are enough to open the circuit breaker. */
	@Test
	void createWhenItsRetriesOpenTheBreakerLogsWhyTheyFailed(CapturedOutput output) {
		HttpResponse<String> response = Call.post(this.port, "/organizations/gone/members",
				"{\"userName\":\"ada@example.com\"}");
		Expect.problem(response, 503, "sentry-unavailable");
		assertThat(output.getAll().lines().filter((line) -> line.contains("ProblemResponder"))).singleElement()
			.asString()
			.contains("127.0.0.1:1");
		Expect.problem(Call.post(this.port, "/organizations/gone/members", "{\"userName\":\"ada@example.com\"}"), 503,
				"sentry-unavailable");
		assertThat(output.getAll()).contains("too often");
	}

	private HttpResponse<String> create(int person) {
		return Call.send(Call.request(this.port, "/members")
			.header("Content-Type", "application/json")
			.header("Idempotency-Key", "key-" + person)
			.POST(BodyPublishers.ofString("{\"userName\":\"person" + person + "@example.com\"}"))
			.build());
	}

}
