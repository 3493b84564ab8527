package dev.memberproxy.members;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Objects;
import java.util.stream.Stream;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import dev.memberproxy.ApiClient;
import dev.memberproxy.FastWireTests;
import dev.memberproxy.SentryStubs;
import dev.memberproxy.WireTests;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.test.web.server.LocalServerPort;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.exactly;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static com.github.tomakehurst.wiremock.client.WireMock.verify;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/** What becomes of requests whose first attempt ended without a clear answer. */
@FastWireTests
class ReconciliationTests {

	private static final String ADA = "ada@example.com";

	private static final String BODY = "{\"userName\":\"ada@example.com\",\"sentryOrgRole\":\"manager\"}";

	private static final String HTML = "<html>\r\n<head><title>502 Bad Gateway</title></head></html>";

	private static final String INVITED = "{\"detail\":\"{\\\"email\\\":[\\\"The user x has already been invited\\\"]}\"}";

	private static final String FAULT = "{\"detail\":\"Internal Error\",\"errorId\":\"0123456789abcdef0123456789abcdef\"}";

	@LocalServerPort
	int port;

	/**
	 * Every answer, and every lack of one, that leaves open what Sentry did: the answer,
	 * the status of the response if the outcome stays unknown, and the reported upstream
	 * status.
	 */
	static Stream<Arguments> ambiguous() {
		return Stream.of(arguments(SentryStubs.json(408, "{\"detail\":{}}"), 502, 408),
				arguments(SentryStubs.json(500, "{\"detail\":\"Internal Error\",\"errorId\":null}"), 502, 500),
				arguments(SentryStubs.json(500, ""), 502, 500), arguments(SentryStubs.json(500, HTML), 502, 500),
				arguments(SentryStubs.json(500, "{\"error\":\"apigateway\",\"detail\":\"Proxied request timed out\"}"),
						502, 500),
				arguments(SentryStubs.json(502, HTML), 502, 502), arguments(SentryStubs.json(503, HTML), 502, 503),
				arguments(SentryStubs.json(504, HTML), 502, 504),
				arguments(SentryStubs.json(503, "{\"error\":\"apigateway\",\"detail\":\"Something else\"}"), 502, 503),
				arguments(SentryStubs.json(201, ""), 502, 201), arguments(SentryStubs.json(201, "null"), 502, 201),
				arguments(SentryStubs.json(201, "[]"), 502, 201), arguments(SentryStubs.json(201, "{}"), 502, 201),
				arguments(SentryStubs.json(201, "{\"id\":\"\"}"), 502, 201),
				arguments(SentryStubs.json(201, "{\"id\":\"24"), 502, 201),
				arguments(SentryStubs.json(201, "{\"id\":\"1\",\"x\":\"" + "a".repeat(70_000) + "\"}"), 502, 201),
				arguments(SentryStubs.json(201, "[".repeat(5_000)), 502, 201),
				arguments(SentryStubs.json(200, SentryStubs.user("242", ADA, "manager")), 502, 200),
				arguments(SentryStubs.json(202, "{\"id\":\"242\"}"), 502, 202),
				arguments(SentryStubs.json(204, ""), 502, 204), arguments(SentryStubs.json(200, HTML), 502, 200),
				arguments(SentryStubs.json(201, HTML), 502, 201),
				arguments(SentryStubs.json(200, HTML + "x".repeat(100_000)), 502, 200),
				arguments(aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER), 502, null),
				arguments(aResponse().withFault(Fault.EMPTY_RESPONSE), 502, null),
				arguments(aResponse().withFault(Fault.MALFORMED_RESPONSE_CHUNK), 502, 200),
				arguments(aResponse().withFault(Fault.RANDOM_DATA_THEN_CLOSE), 502, null),
				arguments(SentryStubs.created(ADA, "manager").withFixedDelay(800), 504, null),
				arguments(
						SentryStubs.json(201, "{\"id\":\"1\"}" + " ".repeat(2_000)).withChunkedDribbleDelay(20, 1_500),
						504, null));
	}

	@ParameterizedTest
	@MethodSource("ambiguous")
	void createWhenMemberIsNeverFoundIsSentTwiceAndStaysUnknown(ResponseDefinitionBuilder answer, int status,
			Integer upstream) {
		SentryStubs.onPost(answer);
		SentryStubs.onGet(SentryStubs.list());
		HttpResponse<String> response = ApiClient.post(this.port, "/members", BODY);
		JsonNode problem = ApiClient.json(response);
		assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
		assertThat(problem.path("outcome").stringValue()).isEqualTo("unknown");
		assertThat(problem.path("upstream").path("status").intValue(0)).isEqualTo((upstream != null) ? upstream : 0);
		boolean webPage = upstream != null && upstream < 300
				&& Objects.toString(answer.build().getBody()).startsWith("<");
		assertThat(problem.path("type").stringValue())
			.isEqualTo(webPage ? "/problems/sentry-misconfigured" : "/problems/outcome-unknown");
		assertThat(problem.path("retryable").booleanValue()).isEqualTo(!webPage);
		assertThat(response.body()).doesNotContain(ADA);
		assertThat(SentryStubs.posts()).isEqualTo(2);
		assertThat(SentryStubs.gets()).isEqualTo(2);
	}

	/** One of each kind of failure, for what does not depend on the details. */
	static Stream<ResponseDefinitionBuilder> kinds() {
		return Stream.of(SentryStubs.json(500, FAULT), SentryStubs.json(502, HTML), SentryStubs.json(201, ""),
				SentryStubs.json(204, ""), SentryStubs.json(201, HTML),
				aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER),
				SentryStubs.created(ADA, "manager").withFixedDelay(800));
	}

	@ParameterizedTest
	@MethodSource("kinds")
	void createWhenMemberIsFoundIsReconciled(ResponseDefinitionBuilder answer) {
		SentryStubs.onPost(answer);
		SentryStubs.onGet(SentryStubs.list(SentryStubs.user("777", "Ada@Example.com", "manager")));
		HttpResponse<String> response = ApiClient.post(this.port, "/members", BODY);
		assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
		assertThat(response.headers().firstValue("Members-Outcome")).contains("reconciled");
		assertThat(response.headers().firstValue("Location")).contains("/members/777");
		assertThat(ApiClient.json(response).path("id").stringValue()).isEqualTo("777");
		assertThat(SentryStubs.posts()).isEqualTo(1);
		assertThat(SentryStubs.gets()).isEqualTo(1);
	}

	@ParameterizedTest
	@MethodSource("kinds")
	void createWhenSecondAttemptSucceedsIsCreated(ResponseDefinitionBuilder answer) {
		SentryStubs.onPost(answer, SentryStubs.created(ADA, "manager"));
		SentryStubs.onGet(SentryStubs.list());
		HttpResponse<String> response = ApiClient.post(this.port, "/members", BODY);
		assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
		assertThat(response.headers().firstValue("Members-Outcome")).contains("created");
		assertThat(SentryStubs.posts()).isEqualTo(2);
		assertThat(SentryStubs.gets()).isEqualTo(1);
	}

	static Stream<Arguments> inconclusive() {
		return Stream.of(arguments("another role", SentryStubs.list(SentryStubs.user("1", ADA, "member"))),
				arguments("several members",
						SentryStubs.list(SentryStubs.user("1", ADA, "manager"),
								SentryStubs.user("2", "ADA@example.com", "manager"))),
				arguments("token may not read", SentryStubs.json(403, "{\"detail\":\"no\"}")),
				arguments("an entry without an id",
						SentryStubs.json(200, "{\"Resources\":[{\"userName\":\"ada@example.com\"}]}")));
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("inconclusive")
	void createWhenSearchProvesNothingIsNotSentAgain(String what, ResponseDefinitionBuilder found) {
		assertThat(what).isNotBlank();
		SentryStubs.onPost(SentryStubs.json(502, HTML));
		SentryStubs.onGet(found);
		JsonNode problem = ApiClient.json(ApiClient.post(this.port, "/members", BODY));
		assertThat(problem.path("type").stringValue()).isEqualTo("/problems/outcome-unknown");
		assertThat(problem.path("outcome").stringValue()).isEqualTo("unknown");
		assertThat(SentryStubs.posts()).isEqualTo(1);
	}

	@Test
	void createWhenHitHasAnotherAddressCountsAsNotFound() {
		SentryStubs.onPost(SentryStubs.json(502, HTML), SentryStubs.exists());
		SentryStubs.onGet(SentryStubs.list(SentryStubs.user("1", "lovelace@example.com", "manager")));
		JsonNode problem = ApiClient.json(ApiClient.post(this.port, "/members", BODY));
		assertThat(problem.path("outcome").stringValue()).isEqualTo("unknown");
		assertThat(problem.toString()).doesNotContain("lovelace");
		assertThat(SentryStubs.posts()).isEqualTo(2);
	}

	@Test
	void createWhenNoRoleIsAskedTakesAnyRole() {
		SentryStubs.onPost(SentryStubs.json(502, HTML));
		SentryStubs.onGet(SentryStubs.list(SentryStubs.user("1", ADA, "owner")));
		HttpResponse<String> response = ApiClient.post(this.port, "/members", "{\"userName\":\"ada@example.com\"}");
		assertThat(response.headers().firstValue("Members-Outcome")).contains("reconciled");
		assertThat(ApiClient.json(response).path("sentryOrgRole").stringValue()).isEqualTo("owner");
	}

	@ParameterizedTest
	@ValueSource(ints = { 400, 409 })
	void createWhenSecondAttemptExistsAndIsFoundIsReconciled(int status) {
		SentryStubs.onPost(SentryStubs.json(502, HTML), SentryStubs.json(status, INVITED));
		SentryStubs.onGet(SentryStubs.list(), SentryStubs.list(SentryStubs.user("1", ADA, "manager")));
		HttpResponse<String> response = ApiClient.post(this.port, "/members", BODY);
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.headers().firstValue("Members-Outcome")).contains("reconciled");
	}

	static Stream<Arguments> refusals() {
		return Stream.of(arguments(400, INVITED), arguments(409, ""), arguments(401, ""), arguments(403, ""),
				arguments(404, ""), arguments(400, "{\"detail\":\"Invalid organization role.\"}"),
				arguments(400, "{\"detail\":\"{\\\"email\\\":[\\\"Enter a valid email address.\\\"]}\"}"));
	}

	@ParameterizedTest
	@MethodSource("refusals")
	void createWhenSecondAttemptIsRefusedStaysUnknown(int status, String body) {
		SentryStubs.onPost(SentryStubs.json(502, HTML), SentryStubs.json(status, body));
		SentryStubs.onGet(SentryStubs.list());
		JsonNode problem = ApiClient.json(ApiClient.post(this.port, "/members", BODY));
		assertThat(problem.path("type").stringValue()).isEqualTo("/problems/outcome-unknown");
		assertThat(problem.path("outcome").stringValue()).isEqualTo("unknown");
		assertThat(problem.path("upstream").path("status").intValue()).isEqualTo(502);
	}

	static Stream<ResponseDefinitionBuilder> failedSearches() {
		return Stream.of(SentryStubs.json(500, FAULT), SentryStubs.json(502, HTML), SentryStubs.json(503, HTML),
				SentryStubs.json(503,
						"{\"error\":\"apigateway\",\"detail\":\"Downstream service temporarily unavailable\"}"),
				SentryStubs.json(200, "{\"Resources\":5}"), SentryStubs.json(200, HTML),
				aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER),
				SentryStubs.list(SentryStubs.user("1", ADA, "manager")).withFixedDelay(800));
	}

	@ParameterizedTest
	@MethodSource("failedSearches")
	void createWhenSearchFailsSearchesAgain(ResponseDefinitionBuilder failure) {
		SentryStubs.onPost(SentryStubs.json(502, HTML));
		SentryStubs.onGet(failure, SentryStubs.list(SentryStubs.user("1", ADA, "manager")));
		HttpResponse<String> response = ApiClient.post(this.port, "/members", BODY);
		assertThat(response.headers().firstValue("Members-Outcome")).as(response.body()).contains("reconciled");
		assertThat(SentryStubs.posts()).isEqualTo(1);
		assertThat(SentryStubs.gets()).isEqualTo(2);
	}

	@Test
	void createWhenSentryFailsTwiceInItsOwnCodeNamesTheLikelyCause() {
		SentryStubs.onPost(SentryStubs.json(500, FAULT));
		SentryStubs.onGet(SentryStubs.list());
		HttpResponse<String> response = ApiClient.post(this.port, "/members", BODY);
		assertThat(response.statusCode()).isEqualTo(502);
		assertThat(response.headers().firstValue("Retry-After")).contains("60");
		JsonNode problem = ApiClient.json(response);
		assertThat(problem.path("detail").stringValue()).contains("requested to join", "another role");
		assertThat(problem.path("upstream").path("errorId").stringValue())
			.isEqualTo("0123456789abcdef0123456789abcdef");
	}

	@Test
	void createWhenSentryFailsOnceInItsOwnCodeNamesNoCause() {
		SentryStubs.onPost(SentryStubs.json(500, FAULT), SentryStubs.json(502, HTML));
		SentryStubs.onGet(SentryStubs.list());
		HttpResponse<String> response = ApiClient.post(this.port, "/members", BODY);
		assertThat(response.headers().firstValue("Retry-After")).isEmpty();
		assertThat(ApiClient.json(response).path("detail").stringValue()).doesNotContain("join");
	}

	@ParameterizedTest
	@ValueSource(strings = { "o'brien+sentry@example.com", "a&b=c#d?e@example.com", "{x}|~`^$!*_@example.com",
			"ada@xn--bcher-kva.example" })
	void createSearchesForTheAddressLetterByLetter(String address) {
		SentryStubs.onPost(SentryStubs.json(500, FAULT));
		SentryStubs.onGet(SentryStubs.list(SentryStubs.user("1", address, "manager")));
		HttpResponse<String> response = ApiClient.post(this.port, "/members", "{\"userName\":\"" + address + "\"}");
		assertThat(response.headers().firstValue("Members-Outcome")).contains("reconciled");
		verify(exactly(1),
				getRequestedFor(urlPathEqualTo(WireTests.USERS))
					.withQueryParam("filter", equalTo("userName eq \"" + address + "\""))
					.withQueryParam("startIndex", equalTo("1"))
					.withQueryParam("count", equalTo("100"))
					.withHeader("Authorization", equalTo("Bearer " + WireTests.TOKEN)));
	}

	@Test
	void createWhenNothingAnswersInTimeEndsWithTheDeadline() {
		SentryStubs.onPost(aResponse().withStatus(201).withFixedDelay(2_500));
		SentryStubs.onGet(aResponse().withStatus(200).withFixedDelay(2_500));
		long start = System.nanoTime();
		HttpResponse<String> response = ApiClient.post(this.port, "/members", BODY);
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(3));
		assertThat(response.statusCode()).isEqualTo(504);
		assertThat(ApiClient.json(response).path("outcome").stringValue()).isEqualTo("unknown");
	}

}
