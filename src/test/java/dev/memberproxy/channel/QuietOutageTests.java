package dev.memberproxy.channel;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

import com.github.tomakehurst.wiremock.client.WireMock;
import dev.memberproxy.Call;
import dev.memberproxy.SentryStubs;
import dev.memberproxy.WireTests;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.TestPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/** Sentry was down, and is back before anybody calls again. */
@WireTests
@TestPropertySource(properties = { "sentry.preflight-interval=1h", "sentry.deadline=1s" })
// It would go on asking while others test.
@DirtiesContext
class QuietOutageTests {

	@LocalServerPort
	int port;

	@LocalManagementPort
	int managementPort;

	@Test
	void healthWhenNobodyCallsIsUpSoonAfterSentryIsBack() {
		SentryStubs.onGet(SentryStubs.json(502, ""));
		SentryStubs.onPost(SentryStubs.json(502, ""));
		try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
			IntStream.range(0, 12).forEach((person) -> executor.execute(() -> create(person)));
		}
		assertThat(health()).contains("circuit-open");
		WireMock.reset();
		SentryStubs.onGet(SentryStubs.list());
		Awaitility.await()
			.pollInterval(Duration.ofMillis(200))
			.atMost(Duration.ofSeconds(40))
			.until(() -> !health().contains("circuit-open"));
		assertThat(SentryStubs.calls()).containsExactly("GET", "GET", "GET");
	}

	private void create(int person) {
		Call.post(this.port, "/members", "{\"userName\":\"person" + person + "@example.com\"}");
	}

	private String health() {
		return Call.get(this.managementPort, "/actuator/health").body();
	}

}
