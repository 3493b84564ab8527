package dev.memberproxy.members;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import dev.memberproxy.ApiClient;
import dev.memberproxy.Expect;
import dev.memberproxy.SentryStubs;
import dev.memberproxy.WireTests;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.test.web.server.LocalServerPort;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.stubFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathMatching;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/** Requests whose first read fails end as not applied. */
@WireTests
class FailedReadTests {

	private static final String HTML = "<html>\r\n<head><title>Sentry</title></head></html>";

	private static final String MANAGER = "{\"sentryOrgRole\":\"manager\"}";

	/** Requests that begin with a read. No two of them wait for the same lock. */
	private static final List<Request> REQUESTS = List.of(new Request("GET", "/members/242", ""),
			new Request("GET", "/members/ada@example.com", ""),
			new Request("GET", "/members?userName=ada@example.com", ""), new Request("GET", "/members", ""),
			new Request("PUT", "/members/ada@example.com", MANAGER),
			new Request("PATCH", "/members/grace@example.com", MANAGER), new Request("DELETE", "/members/242", ""),
			new Request("POST", "/members?dryRun=true", "{\"userName\":\"ada@example.com\"}"),
			new Request("PUT", "/members/ada@example.com?dryRun=true", ""),
			new Request("PATCH", "/members/242?dryRun=true", MANAGER),
			new Request("DELETE", "/members/242?dryRun=true", ""));

	@LocalServerPort
	int port;

	static Stream<Arguments> failures() {
		return Stream.of(arguments(SentryStubs.json(502, HTML), 502),
				arguments(SentryStubs.json(200, "{\"Resources\":[{}],\"totalResults\":1}"), 200),
				arguments(aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER), 0),
				arguments(aResponse().withStatus(200).withFixedDelay(1_500), 0));
	}

	@ParameterizedTest
	@MethodSource("failures")
	void requestWhenReadFailsIsNotApplied(ResponseDefinitionBuilder failure, int upstream) {
		stubAll(failure);
		assertThat(sendAll()).allSatisfy((response) -> {
			JsonNode problem = Expect.problem(response, 503, "sentry-unavailable");
			assertThat(problem.path("retryable").booleanValue()).isTrue();
			assertThat(problem.path("upstream").path("status").intValue(0)).isEqualTo(upstream);
			assertThat(response.body()).doesNotContain("@example.com");
		});
		assertThat(SentryStubs.calls()).hasSizeGreaterThan(2 * REQUESTS.size())
			.allSatisfy((call) -> assertThat(call).startsWith("GET"));
	}

	/** Sentry fails for some members every time. Their reads must not delay others. */
	@Test
	void readWhenSentryReturnsAnErrorIsRetriedTwice() {
		stubAll(SentryStubs.json(500, "{\"detail\":\"Internal Error\",\"errorId\":\"0123\"}"));
		Expect.problem(ApiClient.get(this.port, "/members/242"), 503, "sentry-unavailable");
		assertThat(SentryStubs.calls()).containsExactly("GET /242", "GET /242", "GET /242");
	}

	@ParameterizedTest
	@MethodSource("webPages")
	void requestWhenReadReturnsAWebPageIsMisconfigured(ResponseDefinitionBuilder page) {
		stubAll(page);
		assertThat(sendAll()).allSatisfy((response) -> Expect.problem(response, 502, "sentry-misconfigured"));
		assertThat(SentryStubs.calls()).allSatisfy((call) -> assertThat(call).startsWith("GET"));
	}

	static Stream<Arguments> webPages() {
		return Stream.of(arguments(SentryStubs.json(200, HTML)), arguments(SentryStubs.json(302, HTML)),
				arguments(SentryStubs.json(404, HTML)));
	}

	private static void stubAll(ResponseDefinitionBuilder response) {
		stubFor(get(urlPathMatching(WireTests.USERS + "(/[0-9]+)?")).willReturn(response));
	}

	/** Sends all requests concurrently. */
	private List<HttpResponse<String>> sendAll() {
		try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
			return REQUESTS.stream()
				.map((request) -> CompletableFuture.supplyAsync(() -> send(request), executor))
				.toList()
				.stream()
				.map(CompletableFuture::join)
				.toList();
		}
	}

	private HttpResponse<String> send(Request request) {
		return ApiClient.send(ApiClient.request(this.port, request.path())
			.header("Content-Type", "application/json")
			.method(request.method(), BodyPublishers.ofString(request.body()))
			.build());
	}

	private record Request(String method, String path, String body) {
	}

}
