package dev.memberproxy;

import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Pattern;

import com.github.tomakehurst.wiremock.client.WireMock;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/** Metrics of connections of clients and to Sentry. */
@WireTests
// A separate context, without the connections of other tests.
@TestPropertySource(properties = "server.tomcat.max-connections=77")
class ConnectionMetricsTests {

	@LocalServerPort
	int port;

	@LocalManagementPort
	int managementPort;

	@Test
	void connectionsOfClientsAreCountedWhileOpen() throws Exception {
		double before = value("members_connections");
		try (RawClient one = RawClient.connect(this.port); RawClient other = RawClient.connect(this.port)) {
			one.send("GET /members/");
			other.send("GET /members/");
			Awaitility.await().untilAsserted(() -> assertThat(value("members_connections")).isEqualTo(before + 2));
		}
		Awaitility.await().untilAsserted(() -> assertThat(value("members_connections")).isEqualTo(before));
		assertThat(value("members_connections_limit")).isEqualTo(77);
	}

	@Test
	void connectionsToSentryAreInUseDuringARequestAndIdleAfter() throws Exception {
		SentryStubs.onGetById("242",
				SentryStubs.json(200, SentryStubs.user("242", "ada@example.com", "member")).withFixedDelay(500));
		try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
			Future<?> call = executor.submit(() -> ApiClient.get(this.port, "/members/242"));
			Awaitility.await().untilAsserted(() -> assertThat(sentry("in-use")).isEqualTo(1));
			call.get();
		}
		Awaitility.await().untilAsserted(() -> {
			assertThat(sentry("in-use")).isZero();
			assertThat(sentry("idle")).isEqualTo(1);
		});
		WireMock.verify(WireMock.getRequestedFor(WireMock.urlPathEqualTo(WireTests.USERS + "/242")));
	}

	private double sentry(String state) {
		return value("sentry_connections{organization=\"default\",state=\"" + state + "\"}");
	}

	private double value(String sample) {
		return Pattern.compile("(?m)^" + Pattern.quote(sample) + " (\\S+)$")
			.matcher(ApiClient.get(this.managementPort, "/actuator/prometheus").body())
			.results()
			.mapToDouble((found) -> Double.parseDouble(found.group(1)))
			.findFirst()
			.orElseThrow();
	}

}
