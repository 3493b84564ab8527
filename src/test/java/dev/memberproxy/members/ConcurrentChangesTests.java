package dev.memberproxy.members;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

import dev.memberproxy.ApiClient;
import dev.memberproxy.SentryStubs;
import dev.memberproxy.WireTests;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.test.web.server.LocalServerPort;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.findAll;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static org.assertj.core.api.Assertions.assertThat;

/** Changes for the same member are sent one at a time. */
@WireTests
class ConcurrentChangesTests {

	private static final int RESPONSE_MILLIS = 400;

	@LocalServerPort
	int port;

	@Test
	void createForSameMemberIsSentOneAtATime() {
		SentryStubs.onPost(SentryStubs.created("ada@example.com", "member").withFixedDelay(RESPONSE_MILLIS));
		assertThat(createAll("ada@example.com", "ADA@example.com", " ada@Example.com"))
			.allSatisfy((response) -> assertThat(response.statusCode()).isEqualTo(201));
		List<Instant> times = times();
		assertThat(Duration.between(times.get(0), times.get(1)).toMillis()).isGreaterThanOrEqualTo(RESPONSE_MILLIS);
		assertThat(Duration.between(times.get(1), times.get(2)).toMillis()).isGreaterThanOrEqualTo(RESPONSE_MILLIS);
	}

	@Test
	void createForOtherMembersIsNotDelayed() {
		SentryStubs.onPost(SentryStubs.created("ada@example.com", "member").withFixedDelay(RESPONSE_MILLIS));
		assertThat(createAll("ada@example.com", "grace@example.com", "edith@example.com"))
			.allSatisfy((response) -> assertThat(response.statusCode()).isEqualTo(201));
		assertThat(Duration.between(times().getFirst(), times().getLast()).toMillis()).isLessThan(RESPONSE_MILLIS);
	}

	@Test
	void createWhenLockIsNotFreeInTimeIsBusy() {
		SentryStubs.onPost(aResponse().withStatus(201).withFixedDelay(4_500));
		SentryStubs.onGet(aResponse().withStatus(200).withFixedDelay(4_500));
		List<HttpResponse<String>> responses = createAll("ada@example.com", "ada@example.com", "ada@example.com");
		assertThat(responses).filteredOn((response) -> response.statusCode() == 504).hasSize(1);
		assertThat(responses).filteredOn((response) -> response.statusCode() == 429)
			.hasSize(2)
			.allSatisfy((response) -> {
				JsonNode problem = ApiClient.json(response);
				assertThat(problem.path("type").stringValue()).isEqualTo("/problems/busy");
				assertThat(problem.path("outcome").stringValue()).isEqualTo("not_applied");
				assertThat(response.headers().firstValue("Retry-After")).contains("1");
			});
		assertThat(SentryStubs.posts()).isEqualTo(1);
	}

	private List<HttpResponse<String>> createAll(String... addresses) {
		try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
			return Stream.of(addresses)
				.map((address) -> CompletableFuture.supplyAsync(
						() -> ApiClient.post(this.port, "/members", "{\"userName\":\"" + address + "\"}"), executor))
				.toList()
				.stream()
				.map(CompletableFuture::join)
				.toList();
		}
	}

	private static List<Instant> times() {
		return findAll(postRequestedFor(urlPathEqualTo(WireTests.USERS))).stream()
			.map((request) -> request.getLoggedDate().toInstant())
			.sorted()
			.toList();
	}

}
