package dev.memberproxy.members;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.stubbing.Scenario;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import dev.memberproxy.ApiClient;
import dev.memberproxy.SentryStubs;
import dev.memberproxy.WireTests;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.findAll;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.stubFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Requests that Sentry, or this service, does not let through: they wait, or they are
 * refused with nothing done. Each test has an organization of its own, because what one
 * meets with holds up those that follow.
 */
@WireTests
class NotProcessedTests {

	private static final String NOT_FORWARDED = """
			{"error":"apigateway","detail":"Downstream service temporarily unavailable"}""";

	private static final List<String> SHORT_WAITS = List.of("seconds", "front", "date", "epoch", "silent");

	@LocalServerPort
	int port;

	@DynamicPropertySource
	static void organizations(DynamicPropertyRegistry registry) {
		Stream
			.of("seconds", "front", "hour", "date", "epoch", "silent", "long", "lasting", "gateway", "down", "outage",
					"poison", "slow", "late", "headers", "none", "methods", "question", "questions")
			.forEach((alias) -> {
				String prefix = "sentry.organizations." + alias;
				registry.add(prefix + ".base-url", () -> "${sentry.base-url}");
				registry.add(prefix + ".slug", () -> SHORT_WAITS.contains(alias) ? alias : "acme");
				registry.add(prefix + ".token", () -> "token");
			});
		registry.add("sentry.pacing.requests-per-second", () -> "40");
		registry.add("sentry.organizations.slow.pacing.requests-per-second", () -> "1");
		registry.add("sentry.organizations.slow.pacing.max-wait", () -> "0");
		registry.add("sentry.organizations.methods.pacing.requests-per-second", () -> "1");
		registry.add("sentry.organizations.methods.pacing.max-wait", () -> "0");
		registry.add("sentry.organizations.late.pacing.requests-per-second", () -> "1");
		registry.add("sentry.organizations.late.pacing.max-wait", () -> "1m");
	}

	/** All at the same time, since each waits for a second. */
	@Test
	void createWhenRateLimitedForAMomentWaits() {
		limitOnce("seconds", limited().withHeader("Retry-After", "1"));
		limitOnce("front", SentryStubs.json(429, "<html>error code: 1015</html>").withHeader("Retry-After", "1"));
		limitOnce("date", limited().withHeader("Retry-After", "Wed, 21 Oct 2015 07:28:00 GMT"));
		limitOnce("epoch",
				limited().withHeader("X-Sentry-Rate-Limit-Reset", String.valueOf(Instant.now().getEpochSecond())));
		limitOnce("silent", limited());
		try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
			SHORT_WAITS.stream()
				.map((alias) -> CompletableFuture.supplyAsync(() -> create(alias, "a@example.com"), executor))
				.toList()
				.forEach((response) -> assertThat(response.join().statusCode()).as(response.join().body())
					.isEqualTo(201));
		}
		assertThat(SHORT_WAITS).allSatisfy((alias) -> {
			assertThat(betweenPosts(users(alias))).as(alias).isGreaterThanOrEqualTo(Duration.ofMillis(990));
			assertThat(findAll(anyRequestedFor(urlPathEqualTo(users(alias))))).as(alias).hasSize(2);
		});
	}

	private static void limitOnce(String alias, ResponseDefinitionBuilder limited) {
		stubFor(post(users(alias)).inScenario(alias)
			.whenScenarioStateIs(Scenario.STARTED)
			.willSetStateTo("over")
			.willReturn(limited));
		stubFor(post(users(alias)).inScenario(alias)
			.whenScenarioStateIs("over")
			.willReturn(SentryStubs.created("a@example.com", "member")));
	}

	private static String users(String slug) {
		return WireTests.USERS.replace("acme", slug);
	}

	@Test
	void createWhenRateLimitedForLongIsRefusedAtOnceAndSoAreOthers() {
		SentryStubs.onPost(limited().withHeader("Retry-After", "30"));
		assertRefused(create("long", "a@example.com"), 429, "rate-limited-by-sentry", "30");
		HttpResponse<String> other = create("long", "b@example.com");
		assertRefused(other, 429, "busy", "30");
		assertThat(SentryStubs.posts()).isEqualTo(1);
	}

	@Test
	void createWhenRateLimitedForAnHourIsToldToComeBackInAMinute() {
		SentryStubs.onPost(limited().withHeader("Retry-After", "3600"));
		assertRefused(create("hour", "a@example.com"), 429, "rate-limited-by-sentry", "60");
		assertRefused(create("hour", "b@example.com"), 429, "busy", "60");
	}

	@Test
	void createWhenRateLimitOutlastsDeadlineIsRefused() {
		SentryStubs.onPost(limited().withHeader("Retry-After", "1"));
		assertRefused(create("lasting", "a@example.com"), 429, "rate-limited-by-sentry", "1");
		assertThat(SentryStubs.posts()).isEqualTo(3);
	}

	@Test
	void createWhenGatewayRecoversIsCreated() {
		SentryStubs.onPost(SentryStubs.json(503, NOT_FORWARDED), SentryStubs.json(503, NOT_FORWARDED),
				SentryStubs.created("a@example.com", "member"));
		assertThat(create("gateway", "a@example.com").statusCode()).isEqualTo(201);
		assertThat(SentryStubs.posts()).isEqualTo(3);
		assertThat(SentryStubs.gets()).isZero();
	}

	@Test
	void createWhenGatewayStaysDownIsNotApplied() {
		SentryStubs.onPost(SentryStubs.json(503, NOT_FORWARDED));
		HttpResponse<String> response = create("down", "a@example.com");
		assertThat(response.statusCode()).isEqualTo(503);
		assertThat(ApiClient.json(response).path("type").stringValue()).isEqualTo("/problems/sentry-unavailable");
		assertThat(ApiClient.json(response).path("outcome").stringValue()).isEqualTo("not_applied");
		assertThat(SentryStubs.posts()).isGreaterThan(2);
		assertThat(SentryStubs.gets()).isZero();
	}

	@Test
	void createWhenSentryIsDownForAllIsRefusedAtOnce() {
		SentryStubs.onPost(SentryStubs.json(504, ""));
		SentryStubs.onGet(SentryStubs.list());
		createAll("outage", 10);
		assertThat(SentryStubs.gets()).as("settling passes the breaker").isEqualTo(20);
		int posts = SentryStubs.posts();
		assertRefused(create("outage", "next@example.com"), 503, "sentry-unavailable", "5");
		assertThat(SentryStubs.posts()).isEqualTo(posts);
	}

	@Test
	void createWhenSentryFailsForOneAddressServesTheOthers() {
		SentryStubs.onPost(SentryStubs.json(504, ""));
		SentryStubs.onGet(SentryStubs.list(SentryStubs.user("1", "a@example.com", "member")));
		for (int i = 0; i < 15; i++) {
			assertThat(create("poison", "a@example.com").statusCode()).isEqualTo(200);
		}
		SentryStubs.onPost(SentryStubs.created("b@example.com", "member"));
		assertThat(create("poison", "b@example.com").statusCode()).isEqualTo(201);
	}

	@Test
	void createWhenOthersWereFasterAndNobodyMayWaitIsRefusedAtOnce() {
		SentryStubs.onPost(SentryStubs.created("a@example.com", "member"));
		List<HttpResponse<String>> responses = createAll("slow", 6);
		assertThat(responses).filteredOn((response) -> response.statusCode() == 201).hasSize(1);
		assertThat(responses).filteredOn((response) -> response.statusCode() != 201)
			.allSatisfy((response) -> assertRefused(response, 429, "busy", "2"));
		assertThat(SentryStubs.posts()).isEqualTo(1);
	}

	@Test
	void createWhenItsTurnWouldComeAfterTheDeadlineIsRefusedAtOnce() {
		SentryStubs.onPost(SentryStubs.created("a@example.com", "member"));
		List<HttpResponse<String>> responses = createAll("late", 6);
		assertThat(responses).filteredOn((response) -> response.statusCode() == 201).hasSize(3);
		assertThat(responses).filteredOn((response) -> response.statusCode() != 201)
			.allSatisfy((response) -> assertThat(ApiClient.json(response).path("type").stringValue())
				.isEqualTo("/problems/busy"));
		List<LoggedRequest> posts = findAll(postRequestedFor(urlPathEqualTo(WireTests.USERS)));
		assertThat(posts).hasSize(3);
		assertThat(betweenPosts()).isGreaterThan(Duration.ofSeconds(2));
	}

	@Test
	void createWhenAnswerSaysThatNothingIsLeftWaitsForTheReset() {
		SentryStubs.onPost(SentryStubs.created("a@example.com", "member")
			.withHeader("X-Sentry-Rate-Limit-Limit", "40")
			.withHeader("X-Sentry-Rate-Limit-Remaining", "0")
			.withHeader("X-Sentry-Rate-Limit-Reset", String.valueOf(Instant.now().getEpochSecond() + 10)));
		assertThat(create("headers", "a@example.com").statusCode()).isEqualTo(201);
		assertThat(create("headers", "b@example.com").statusCode()).isEqualTo(201);
		assertThat(betweenPosts()).isGreaterThan(Duration.ofSeconds(1));
	}

	@Test
	void createWhenLimitsAreNoneGoesOn() {
		SentryStubs.onPost(SentryStubs.created("a@example.com", "member")
			.withHeader("X-Sentry-Rate-Limit-Limit", "None")
			.withHeader("X-Sentry-Rate-Limit-Remaining", "None")
			.withHeader("X-Sentry-Rate-Limit-Reset", "None")
			.withHeader("X-Sentry-Rate-Limit-ConcurrentLimit", "None")
			.withHeader("X-Sentry-Rate-Limit-ConcurrentRemaining", "None"));
		assertThat(createAll("none", 10)).allSatisfy((response) -> assertThat(response.statusCode()).isEqualTo(201));
	}

	@Test
	void changeIsPacedByItsOwnMethodOnly() {
		SentryStubs.onGet(SentryStubs.list(SentryStubs.user("1", "a@example.com", "member")));
		SentryStubs.onPost(SentryStubs.created("b@example.com", "member"));
		SentryStubs.onPut("1", SentryStubs.member("1", "a@example.com", "manager"));
		HttpResponse<String> created = create("methods", "b@example.com");
		HttpResponse<String> changed = ApiClient.put(this.port, "/organizations/methods/members/a@example.com",
				"{\"sentryOrgRole\":\"manager\"}");
		assertThat(created.statusCode()).isEqualTo(201);
		assertThat(changed.statusCode()).as(changed.body()).isEqualTo(200);
		assertThat(SentryStubs.calls()).containsExactly("POST", "GET", "PUT /1");
	}

	@Test
	void readWhenRateLimitedForAMomentWaits() {
		SentryStubs.onGetById("1", limited().withHeader("Retry-After", "1"),
				SentryStubs.member("1", "a@example.com", "member"));
		assertThat(ApiClient.get(this.port, "/organizations/question/members/1").statusCode()).isEqualTo(200);
		assertThat(SentryStubs.calls()).containsExactly("GET /1", "GET /1");
	}

	@Test
	void readWhenRateLimitedForLongIsRejectedImmediately() {
		SentryStubs.onGetById("1", limited().withHeader("Retry-After", "30"));
		SentryStubs.onPost(SentryStubs.created("b@example.com", "member"));
		assertRefused(ApiClient.delete(this.port, "/organizations/questions/members/1"), 429, "rate-limited-by-sentry",
				"30");
		assertRefused(ApiClient.delete(this.port, "/organizations/questions/members/2?dryRun=true"), 429, "busy", "30");
		assertThat(create("questions", "b@example.com").statusCode()).isEqualTo(201);
		assertThat(SentryStubs.calls()).containsExactly("GET /1", "POST");
	}

	private HttpResponse<String> create(String alias, String address) {
		return ApiClient.post(this.port, "/organizations/" + alias + "/members", "{\"userName\":\"" + address + "\"}");
	}

	/** All at the same time. */
	private List<HttpResponse<String>> createAll(String alias, int count) {
		try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
			return IntStream.range(0, count)
				.mapToObj((i) -> CompletableFuture.supplyAsync(() -> create(alias, "user" + i + "@example.com"),
						executor))
				.toList()
				.stream()
				.map(CompletableFuture::join)
				.toList();
		}
	}

	private static void assertRefused(HttpResponse<String> response, int status, String slug, String retryAfter) {
		assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
		JsonNode problem = ApiClient.json(response);
		assertThat(problem.path("type").stringValue()).isEqualTo("/problems/" + slug);
		assertThat(problem.path("outcome").stringValue()).isEqualTo("not_applied");
		assertThat(problem.path("retryable").booleanValue()).isTrue();
		assertThat(response.headers().firstValue("Retry-After")).contains(retryAfter);
	}

	/** The time from the first POST to the last one. */
	private static Duration betweenPosts() {
		return betweenPosts(WireTests.USERS);
	}

	private static Duration betweenPosts(String path) {
		List<Instant> times = findAll(postRequestedFor(urlPathEqualTo(path))).stream()
			.map((request) -> request.getLoggedDate().toInstant())
			.sorted()
			.toList();
		return Duration.between(times.getFirst(), times.getLast());
	}

	private static ResponseDefinitionBuilder limited() {
		return aResponse().withStatus(429)
			.withHeader("Content-Type", "text/html; charset=utf-8")
			.withBody("{\"detail\":\"You are attempting to use this endpoint too frequently.\"}");
	}

}
