package dev.memberproxy.members;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

import com.github.tomakehurst.wiremock.client.WireMock;
import dev.memberproxy.ApiClient;
import dev.memberproxy.SentryStubs;
import dev.memberproxy.WireTests;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * A Sentry that takes longer than this service waits, but not longer than it is given by
 * the configuration: that is no failure of Sentry's.
 */
@WireTests
@TestPropertySource(properties = { "sentry.read-timeout=1900ms", "sentry.deadline=2s" })
class SlowSentryTests {

	private static final String EXISTS = "{\"detail\":\"User already exists in the database.\"}";

	@LocalServerPort
	int port;

	@LocalManagementPort
	int managementPort;

	@BeforeEach
	void showThatAllIsWell() {
		SentryStubs.onGet(SentryStubs.list());
		ApiClient.get(this.port, "/members");
		WireMock.reset();
	}

	@Test
	void createOfManyWhenLookupsAreSlowKeepsServing() {
		SentryStubs.onPost(SentryStubs.json(409, EXISTS));
		SentryStubs.onGet(SentryStubs.list().withFixedDelay(1_300));
		assertThat(createAll(20)).allSatisfy((response) -> assertThat(response.statusCode()).isEqualTo(409));
		assertThat(SentryStubs.gets()).isPositive();
		assertThatAllIsWell();
	}

	@Test
	void readOfManyWhenTheDeadlineCutsThemOffKeepsServing() {
		SentryStubs.onGet(SentryStubs.list().withFixedDelay(1_700));
		try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
			IntStream.range(0, 12)
				.mapToObj((i) -> CompletableFuture
					.supplyAsync(() -> ApiClient.get(this.port, "/members/person" + i + "@example.com"), executor))
				.toList()
				.forEach((response) -> assertThat(response.join().statusCode()).isEqualTo(503));
		}
		assertThatAllIsWell();
	}

	private void assertThatAllIsWell() {
		JsonNode sentry = ApiClient.json(ApiClient.get(this.managementPort, "/actuator/health"))
			.at("/components/sentry");
		assertThat(sentry.path("status").stringValue()).as(sentry.toString()).isEqualTo("UP");
		WireMock.reset();
		WireMock.stubFor(WireMock.post(WireTests.USERS).willReturn(aResponse().withStatus(409).withBody(EXISTS)));
		assertThat(ApiClient.post(this.port, "/members", "{\"userName\":\"last@example.com\"}").statusCode())
			.isEqualTo(409);
	}

	private List<HttpResponse<String>> createAll(int number) {
		try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
			return IntStream.range(0, number)
				.mapToObj((i) -> CompletableFuture.supplyAsync(
						() -> ApiClient.post(this.port, "/members", "{\"userName\":\"person" + i + "@example.com\"}"),
						executor))
				.toList()
				.stream()
				.map(CompletableFuture::join)
				.toList();
		}
	}

}
