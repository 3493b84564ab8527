package dev.memberproxy.members;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

import dev.memberproxy.ApiClient;
import dev.memberproxy.SentryStubs;
import dev.memberproxy.WireTests;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/** Requests that are repeated with the same {@code Idempotency-Key}. */
@WireTests
@TestPropertySource(properties = { "sentry.organizations.second.base-url=${sentry.base-url}",
		"sentry.organizations.second.slug=acme", "sentry.organizations.second.token=token" })
class RepeatedRequestTests {

	private static final String BODY = "{\"userName\":\"ada@example.com\",\"sentryOrgRole\":\"member\",\"name\":{\"a\":1,\"b\":2},\"x\":1}";

	@LocalServerPort
	int port;

	private final String key = UUID.randomUUID().toString();

	@Test
	void createWhenRepeatedReturnsTheFirstResponse() {
		SentryStubs.onPost(SentryStubs.created("ada@example.com", "member"));
		HttpResponse<String> first = post("/members", this.key, BODY);
		HttpResponse<String> second = post("/members", this.key, BODY);
		assertThat(first.statusCode()).isEqualTo(201);
		assertThat(first.headers().firstValue("Idempotency-Replayed")).isEmpty();
		assertThat(second.statusCode()).isEqualTo(201);
		assertThat(second.headers().firstValue("Idempotency-Replayed")).contains("true");
		assertThat(second.body()).isEqualTo(first.body());
		Stream.of("Location", "Members-Outcome", "Content-Type")
			.forEach((name) -> assertThat(second.headers().allValues(name)).isNotEmpty()
				.isEqualTo(first.headers().allValues(name)));
		assertThat(second.headers().firstValue("X-Request-Id"))
			.isNotEqualTo(first.headers().firstValue("X-Request-Id"));
		assertThat(SentryStubs.posts()).isEqualTo(1);
	}

	@Test
	void createWhenRepeatedInEquivalentFormIsReplayed() {
		SentryStubs.onPost(SentryStubs.created("ada@example.com", "member"));
		post("/members", this.key, BODY);
		HttpResponse<String> second = post("/organizations/default/members", this.key,
				"{ \"x\":1, \"name\":{\"b\":2,\"a\":1}, \"sentryOrgRole\":\"MEMBER\", \"userName\":\" Ada@EXAMPLE.com\"}");
		assertThat(second.headers().firstValue("Idempotency-Replayed")).contains("true");
		assertThat(SentryStubs.posts()).isEqualTo(1);
	}

	@Test
	void createWhenRejectedAndRepeatedReturnsTheFirstProblem() {
		SentryStubs.onPost(SentryStubs.exists());
		HttpResponse<String> first = post("/members", this.key, BODY);
		HttpResponse<String> second = post("/members", this.key, BODY);
		assertThat(second.statusCode()).isEqualTo(409);
		assertThat(second.headers().firstValue("Content-Type")).contains("application/problem+json");
		assertThat(second.headers().firstValue("Idempotency-Replayed")).contains("true");
		assertThat(second.body()).isEqualTo(first.body());
		assertThat(SentryStubs.posts()).isEqualTo(1);
	}

	@ParameterizedTest
	@MethodSource("otherRequests")
	void createWhenKeyBelongsToAnotherRequestIsRejected(String path, String body) {
		SentryStubs.onPost(SentryStubs.created("ada@example.com", "member"));
		post("/members", this.key, BODY);
		HttpResponse<String> second = post(path, this.key, body);
		assertThat(second.statusCode()).isEqualTo(422);
		JsonNode problem = ApiClient.json(second);
		assertThat(problem.path("type").stringValue()).isEqualTo("/problems/idempotency-key-reused");
		assertThat(problem.path("retryable").booleanValue()).isFalse();
		assertThat(second.body()).doesNotContain(this.key);
		assertThat(SentryStubs.posts()).isEqualTo(1);
	}

	static Stream<Arguments> otherRequests() {
		return Stream.of(arguments("/members", BODY.replace("ada@", "grace@")),
				arguments("/members", BODY.replace("\"member\"", "\"manager\"")),
				arguments("/members", BODY.replace("\"member\"", "null")),
				arguments("/members", BODY.replace("\"b\":2", "\"b\":3")),
				arguments("/organizations/second/members", BODY));
	}

	@Test
	void createWhenFirstIsInProgressIsConflict() {
		SentryStubs.onPost(SentryStubs.created("ada@example.com", "member").withFixedDelay(500));
		CompletableFuture<HttpResponse<String>> first = CompletableFuture
			.supplyAsync(() -> post("/members", this.key, BODY));
		Awaitility.await().until(() -> SentryStubs.posts() == 1);
		HttpResponse<String> second = post("/members", this.key, BODY);
		assertThat(second.statusCode()).isEqualTo(409);
		assertThat(second.headers().firstValue("Retry-After")).contains("1");
		JsonNode problem = ApiClient.json(second);
		assertThat(problem.path("type").stringValue()).isEqualTo("/problems/idempotency-key-in-use");
		assertThat(problem.path("outcome").stringValue()).isEqualTo("unknown");
		assertThat(problem.path("retryable").booleanValue()).isTrue();
		assertThat(first.join().statusCode()).isEqualTo(201);
		assertThat(post("/members", this.key, BODY).headers().firstValue("Idempotency-Replayed")).contains("true");
		assertThat(SentryStubs.posts()).isEqualTo(1);
	}

	@Test
	void createWhenOutcomeWasUnknownLooksUpFirst() {
		SentryStubs.onPost(SentryStubs.json(504, ""));
		SentryStubs.onGet(SentryStubs.list(), SentryStubs.list(),
				SentryStubs.list(SentryStubs.user("7", "ada@example.com", "member")));
		assertThat(post("/members", this.key, BODY).statusCode()).isEqualTo(502);
		assertThat(post("/members", this.key, BODY.replace("ada", "grace")).statusCode()).isEqualTo(422);
		HttpResponse<String> second = post("/members", this.key, BODY);
		assertThat(second.statusCode()).isEqualTo(200);
		assertThat(second.headers().firstValue("Members-Outcome")).contains("reconciled");
		assertThat(second.headers().firstValue("Idempotency-Replayed")).isEmpty();
		assertThat(SentryStubs.posts()).isEqualTo(2);
		assertThat(post("/members", this.key, BODY).headers().firstValue("Idempotency-Replayed")).contains("true");
	}

	@Test
	void createWhenOutcomeWasUnknownAndNoneIsFoundStaysUnknown() {
		SentryStubs.onPost(SentryStubs.json(504, ""), SentryStubs.json(504, ""), SentryStubs.exists(),
				SentryStubs.created("ada@example.com", "member"));
		SentryStubs.onGet(SentryStubs.list());
		post("/members", this.key, BODY);
		JsonNode rejected = ApiClient.json(post("/members", this.key, BODY));
		assertThat(rejected.path("type").stringValue()).isEqualTo("/problems/outcome-unknown");
		assertThat(SentryStubs.posts()).isEqualTo(3);
		assertThat(post("/members", this.key, BODY).statusCode()).isEqualTo(201);
	}

	@Test
	void createWhenCredentialsWereRejectedIsProcessedAgain() {
		SentryStubs.onPost(SentryStubs.json(401, "{\"detail\":\"Invalid token\"}"),
				SentryStubs.created("ada@example.com", "member"));
		assertThat(post("/members", this.key, BODY).statusCode()).isEqualTo(502);
		HttpResponse<String> second = post("/members", this.key, BODY);
		assertThat(second.statusCode()).isEqualTo(201);
		assertThat(second.headers().firstValue("Idempotency-Replayed")).isEmpty();
		assertThat(SentryStubs.gets()).isZero();
	}

	@Test
	void createWhenRejectedBeforeSentryStoresNothing() {
		SentryStubs.onPost(SentryStubs.created("ada@example.com", "member"));
		assertThat(post("/members", this.key, "{\"userName\":\"nope\"}").statusCode()).isEqualTo(400);
		assertThat(post("/members?dry=1", this.key, BODY).statusCode()).isEqualTo(400);
		assertThat(post("/organizations/nope/members", this.key, BODY).statusCode()).isEqualTo(404);
		HttpResponse<String> good = post("/members", this.key, BODY);
		assertThat(good.statusCode()).isEqualTo(201);
		assertThat(good.headers().firstValue("Idempotency-Replayed")).isEmpty();
	}

	static Stream<String> invalidKeys() {
		return Stream.of("", "two words", "x".repeat(256));
	}

	@ParameterizedTest
	@MethodSource("invalidKeys")
	void createWhenKeyIsInvalidSendsNothing(String invalid) {
		assertInvalid(post("/members", invalid, BODY));
	}

	@Test
	void createWhenKeyIsGivenTwiceSendsNothing() {
		assertInvalid(ApiClient
			.send(request("/members", BODY).header("Idempotency-Key", "one").header("Idempotency-Key", "two").build()));
	}

	@Test
	void createWhenKeysDifferIsSentTwice() {
		SentryStubs.onPost(SentryStubs.created("ada@example.com", "member"), SentryStubs.exists());
		assertThat(post("/members", this.key, BODY).statusCode()).isEqualTo(201);
		assertThat(post("/members", this.key + "2", BODY).statusCode()).isEqualTo(409);
	}

	private static void assertInvalid(HttpResponse<String> response) {
		assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
		JsonNode problem = ApiClient.json(response);
		assertThat(problem.path("type").stringValue()).isEqualTo("/problems/invalid-request");
		assertThat(problem.path("errors")).hasSize(1);
		assertThat(problem.path("errors").path(0).path("header").stringValue()).isEqualTo("Idempotency-Key");
		assertThat(problem.path("errors").path(0).path("code").stringValue()).isEqualTo("malformed-header");
		assertThat(SentryStubs.posts()).isZero();
	}

	private HttpResponse<String> post(String path, String idempotencyKey, String body) {
		return ApiClient.send(request(path, body).header("Idempotency-Key", idempotencyKey).build());
	}

	private HttpRequest.Builder request(String path, String body) {
		return ApiClient.request(this.port, path)
			.header("Content-Type", "application/json")
			.POST(BodyPublishers.ofString(body));
	}

}
