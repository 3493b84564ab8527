package dev.memberproxy.channel;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import java.util.stream.IntStream;

import com.github.tomakehurst.wiremock.client.MappingBuilder;
import com.github.tomakehurst.wiremock.client.WireMock;
import com.github.tomakehurst.wiremock.matching.RequestPatternBuilder;
import dev.memberproxy.ApiClient;
import dev.memberproxy.SentryStubs;
import dev.memberproxy.WireTests;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Import;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.TestPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/** Sentry fails, and works again before the next call. */
@WireTests
@TestPropertySource(properties = { "sentry.preflight-interval=1h", "sentry.deadline=1s" })
@Import(ShortTimings.class)
// It would send requests during other tests.
@DirtiesContext
class QuietOutageTests {

	private static final MappingBuilder PREFLIGHT = WireMock.get(WireTests.USERS + "?startIndex=1&count=1");

	@LocalServerPort
	int port;

	@LocalManagementPort
	int managementPort;

	@Test
	void healthWhenNobodyCallsIsUpSoonAfterSentryIsBack() {
		awaitHealth((health) -> health.contains("asOf"));
		WireMock.reset();
		SentryStubs.onPost(SentryStubs.json(502, ""));
		// Works at any time, so that the number of trial requests does not depend on when
		// the outage ends.
		WireMock.stubFor(PREFLIGHT.willReturn(SentryStubs.list()));
		try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
			IntStream.range(0, 12).forEach((person) -> executor.execute(() -> create(person)));
			awaitHealth((health) -> health.contains("circuit-open"));
		}
		awaitHealth((health) -> !health.contains("circuit-open"));
		assertThat(WireMock.findAll(RequestPatternBuilder.like(PREFLIGHT.build().getRequest()))).hasSize(3);
	}

	private void create(int person) {
		ApiClient.post(this.port, "/members", "{\"userName\":\"person" + person + "@example.com\"}");
	}

	private void awaitHealth(Predicate<String> expected) {
		Awaitility.await()
			.pollInterval(Duration.ofMillis(50))
			.atMost(Duration.ofSeconds(30))
			.until(() -> ApiClient.get(this.managementPort, "/actuator/health").body(), expected);
	}

}
