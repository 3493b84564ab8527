package dev.memberproxy.clients;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.stream.Stream;

import dev.memberproxy.ApiClient;
import dev.memberproxy.Expect;
import dev.memberproxy.SentryStubs;
import dev.memberproxy.WireTests;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.findAll;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/** Clients that are identified by keys, and what each of them may do. */
@WireTests
class ClientAccessTests {

	private static final String ONBOARDING = "smp_onboarding-key";

	private static final String ONBOARDING_NEXT = "smp_onboarding-key-to-come";

	private static final String PORTAL = "smp_portal-key";

	private static final String READER = "smp_reader-key";

	private static final String SLOW = "smp_slow-key";

	private static final String LIMITED = "smp_limited-key";

	private static final String ADA = "{\"userName\":\"ada@example.com\",\"sentryOrgRole\":\"member\"}";

	@LocalServerPort
	int port;

	@LocalManagementPort
	int managementPort;

	@DynamicPropertySource
	static void clients(DynamicPropertyRegistry registry) {
		registry.add("members.access", () -> "clients");
		key(registry, "onboarding", ONBOARDING, ONBOARDING_NEXT);
		registry.add("members.clients.onboarding.email-domains", () -> "example.com, *.example.org");
		key(registry, "portal", PORTAL);
		registry.add("members.clients.portal.organizations", () -> "default, second");
		registry.add("members.clients.portal.roles", () -> "billing, member, manager, admin");
		key(registry, "reader", READER);
		registry.add("members.clients.reader.operations", () -> "read");
		key(registry, "slow", SLOW);
		registry.add("members.clients.slow.requests-per-minute", () -> "1");
		key(registry, "limited", LIMITED);
		registry.add("members.clients.limited.requests-per-minute", () -> "3");
		registry.add("sentry.organizations.second.base-url", () -> "${sentry.base-url}");
		registry.add("sentry.organizations.second.slug", () -> "acme");
		registry.add("sentry.organizations.second.token", () -> "token");
	}

	private static void key(DynamicPropertyRegistry registry, String client, String... keys) {
		for (int i = 0; i < keys.length; i++) {
			String digest = KeyDigests.hex(keys[i]);
			registry.add("members.clients." + client + ".key-sha256[" + i + "]", () -> digest);
		}
	}

	@BeforeEach
	void answer() {
		SentryStubs.onPost(SentryStubs.created("ada@example.com", "member"));
	}

	@ParameterizedTest
	@CsvSource({ "Authorization, Bearer " + ONBOARDING, "authorization, bearer " + ONBOARDING,
			"Authorization, BEARER " + ONBOARDING_NEXT, "X-API-Key, " + ONBOARDING, "x-api-key, " + PORTAL })
	void createWhenKeyIsKnownPasses(String header, String value) {
		assertThat(create("/members", ADA, header, value).statusCode()).isEqualTo(201);
	}

	@ParameterizedTest
	@CsvSource({ "Authorization, Bearer smp_wrong", "Authorization, Bearer", "authorization, bearer",
			"Authorization, Bearer " + ONBOARDING + " x", "Authorization, Bearer Bearer " + ONBOARDING,
			"X-API-Key, smp_wrong", "X-API-Key, ''", "X-API-Key, Bearer " + ONBOARDING, "Authorization, Bearer a.b.c" })
	void createWhenCredentialsAreWrongIsRejectedAndCounted(String header, String value) {
		double before = failures();
		HttpResponse<String> response = create("/members", ADA, header, value);
		assertUnauthenticated(response, "Bearer realm=\"members\", error=\"invalid_token\"");
		assertThat(failures()).isEqualTo(before + 1);
	}

	@ParameterizedTest
	@ValueSource(strings = { "Basic dXNlcjpwdw==", "Basic", ONBOARDING, "BearerToken " + ONBOARDING, "" })
	void createWhenSchemeIsNotBearerReportsExpectedScheme(String authorization) {
		double before = failures();
		HttpResponse<String> response = create("/members", ADA, "Authorization", authorization);
		// RFC 6750 section 3.1: no error code for an unknown scheme.
		assertUnauthenticated(response, "Bearer realm=\"members\"");
		assertThat(ApiClient.json(response).path("detail").stringValue())
			.isEqualTo("The header Authorization must be Bearer and the key.");
		assertThat(failures()).isEqualTo(before + 1);
	}

	@ParameterizedTest
	@ValueSource(strings = { "/members", "/organizations/second/members", "/nothing", "/error", "/actuator/env" })
	void createWhenCredentialsAreMissingIsRejected(String path) {
		assertUnauthenticated(ApiClient.post(this.port, path, ADA), "Bearer realm=\"members\"");
	}

	@Test
	void createWhenCallerIsUnknownDoesNotReportBodyFaults() {
		assertUnauthenticated(ApiClient.post(this.port, "/members", "{"), "Bearer realm=\"members\"");
	}

	@ParameterizedTest
	@CsvSource({ "Authorization, X-API-Key", "Authorization, Authorization", "X-API-Key, X-API-Key" })
	void createWhenCredentialsAreSentTwiceIsInvalid(String one, String other) {
		HttpResponse<String> response = ApiClient.send(request("/members", ADA).header(one, "Bearer " + ONBOARDING)
			.header(other, "Bearer " + ONBOARDING)
			.build());
		assertThat(response.statusCode()).isEqualTo(400);
		assertThat(ApiClient.json(response).path("type").stringValue()).isEqualTo("/problems/invalid-request");
		assertThat(findAll(anyRequestedFor(anyUrl()))).isEmpty();
	}

	@ParameterizedTest
	@CsvSource({ "Bearer " + ONBOARDING + ", " + ONBOARDING + ", 201", "Basic dXNlcjpwdw==, " + ONBOARDING + ", 201",
			"Negotiate abc, " + ONBOARDING + ", 201", "Basic dXNlcjpwdw==, smp_wrong, 401",
			"Bearer smp_wrong, smp_wrong, 401", "Bearer " + ONBOARDING + ", " + PORTAL + ", 400",
			"Bearer " + ONBOARDING + ", smp_wrong, 400", "Bearer, " + ONBOARDING + ", 400" })
	void createWhenBothHeadersAreSentTheyMustAgree(String authorization, String key, int status) {
		HttpResponse<String> response = ApiClient
			.send(request("/members", ADA).header("Authorization", authorization).header("X-API-Key", key).build());
		assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
	}

	@Test
	void requestWhenClientHasQuotaReturnsRateLimitHeaders() {
		HttpResponse<String> first = create("/members", ADA, "X-API-Key", LIMITED, "Idempotency-Key", "one-2-three");
		assertQuota(first, 201, 2);
		// An invalid request does not count.
		assertQuota(create("/members", "{", "X-API-Key", LIMITED), 400, 2);
		assertQuota(create("/nothing", ADA, "X-API-Key", LIMITED), 404, 2);
		HttpResponse<String> again = create("/members", ADA, "X-API-Key", LIMITED, "Idempotency-Key", "one-2-three");
		assertThat(again.headers().firstValue("Idempotency-Replayed")).contains("true");
		assertQuota(again, 201, 1);
		assertQuota(create("/members", ADA, "X-API-Key", LIMITED), 201, 0);
		HttpResponse<String> refused = create("/members", ADA, "X-API-Key", LIMITED);
		assertQuota(refused, 429, 0);
		String wait = refused.headers().firstValue("Retry-After").orElseThrow();
		assertThat(refused.headers().firstValue("RateLimit").orElseThrow()).endsWith(";t=" + wait);
		for (String key : List.of(ONBOARDING, "smp_wrong")) {
			assertThat(create("/members", ADA, "X-API-Key", key).headers().map()).doesNotContainKeys("ratelimit",
					"ratelimit-policy");
		}
	}

	private static void assertQuota(HttpResponse<String> response, int status, int remaining) {
		assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
		assertThat(response.headers().allValues("RateLimit-Policy")).containsExactly("\"default\";q=3;w=60");
		assertThat(response.headers().allValues("RateLimit")).singleElement()
			.asString()
			.matches("\"default\";r=" + remaining + ";t=(60|[1-5][0-9]?)");
	}

	@ParameterizedTest
	@ValueSource(strings = { "/problems", "/members" })
	void requestWhenAnsweredIsNotCached(String path) {
		HttpResponse<String> response = ApiClient.send(ApiClient.request(this.port, path).build());
		assertThat(response.headers().allValues("Cache-Control")).containsExactly("no-store");
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "/problems", "/problems/busy", "/docs", "/docs/docs.js", "/openapi.json", "/openapi.yaml" })
	void pageWhenCredentialsAreMissingIsServed(String path) {
		HttpResponse<String> response = ApiClient.send(ApiClient.request(this.port, path).build());
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
		assertThat(response.headers().firstValue("X-Frame-Options")).contains("DENY");
		assertThat(response.headers().firstValue("Content-Security-Policy")).isPresent();
		assertThat(response.headers().firstValue("Set-Cookie")).isEmpty();
	}

	@ParameterizedTest
	@CsvSource({ "/, 302", "/problems, 200", "/problems/busy, 200", "/docs, 200", "/docs/docs.js, 200",
			"/openapi.json, 200", "/problems/, 404", "/problems/nothing, 404", "/problems/busy/nothing, 404",
			"/docs/nothing, 404", "/docs/nothing/at/all, 404", "/openapi.nothing, 404", "/docs/%2e%2e/members, 404" })
	void pageWhenCredentialsAreSentIgnoresThem(String path, int status) {
		double before = failures();
		for (String authorization : List.of("Bearer smp_wrong", "Bearer " + ONBOARDING, "Basic dXNlcjpwdw==")) {
			HttpResponse<String> response = ApiClient.send(ApiClient.request(this.port, path)
				.header("Authorization", authorization)
				.header("X-Request-Id", "page-1")
				.build());
			assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
			assertThat(response.headers().allValues("X-Request-Id")).containsExactly("page-1");
		}
		assertThat(ApiClient.get(this.port, path).statusCode()).isEqualTo(status);
		assertThat(failures()).isEqualTo(before);
	}

	@ParameterizedTest
	@ValueSource(strings = { "/problemsx", "/docsx", "/openapi", "/openapi.json/members", "/members/%2e%2e/problems",
			"/members/%2e%2e", "/organizations/%2e%2e/members" })
	void requestWhenPathIsNotAPageRejectsWrongKey(String path) {
		double before = failures();
		HttpResponse<String> response = ApiClient
			.send(ApiClient.request(this.port, path).header("X-API-Key", "smp_wrong").build());
		assertUnauthenticated(response, "Bearer realm=\"members\", error=\"invalid_token\"");
		assertThat(failures()).isEqualTo(before + 1);
		assertUnauthenticated(ApiClient.get(this.port, path), "Bearer realm=\"members\"");
	}

	@ParameterizedTest
	@CsvSource({ "/members/%2e%2e/problems, 404, not-found", "/members/%2E%2E, 404, not-found",
			"/members/%2e, 404, not-found", "/organizations/%2e%2e/members, 404, organization-not-found",
			"/members/.%2e/docs, 404, not-found" })
	void readWhenPathHasDotSegmentsDoesNotResolveThem(String path, int status, String slug) {
		HttpResponse<String> response = ApiClient
			.send(ApiClient.request(this.port, path).header("X-API-Key", PORTAL).build());
		Expect.problem(response, status, slug);
		assertThat(findAll(anyRequestedFor(anyUrl()))).isEmpty();
	}

	@ParameterizedTest
	@CsvSource({ "/members, smp_wrong, '{}', 401", "/nothing, " + ONBOARDING + ", '{}', 404",
			"/members, " + ONBOARDING + ", '{', 400" })
	void problemWhenSentHasSecurityHeaders(String path, String key, String body, int status) {
		HttpResponse<String> response = create(path, body, "X-API-Key", key);
		assertThat(response.statusCode()).isEqualTo(status);
		assertThat(response.headers().allValues("X-Content-Type-Options")).containsExactly("nosniff");
		assertThat(response.headers().allValues("Cache-Control")).containsExactly("no-store");
		assertThat(response.headers().allValues("X-Frame-Options")).containsExactly("DENY");
		assertThat(response.headers().allValues("Content-Security-Policy")).hasSize(1);
	}

	static Stream<Arguments> forbidden() {
		return Stream.of(arguments(READER, "/members", ADA, "operation", ""),
				arguments(ONBOARDING, "/members", ADA.replace("\"member\"", "\"manager\""), "role", "/sentryOrgRole"),
				arguments(ONBOARDING, "/members", ADA.replace("\"member\"", "null"), "role", "/sentryOrgRole"),
				arguments(ONBOARDING, "/members", ADA.replace("example.com", "example.net"), "email-domain",
						"/userName"),
				arguments(ONBOARDING, "/members", ADA.replace("example.com", "example.org"), "email-domain",
						"/userName"));
	}

	@ParameterizedTest
	@MethodSource("forbidden")
	void createWhenPolicyForbidsReportsRuleAndSendsNothing(String key, String path, String body, String code,
			String pointer) {
		HttpResponse<String> response = create(path, body, "X-API-Key", key);
		assertThat(response.statusCode()).isEqualTo(403);
		JsonNode problem = ApiClient.json(response);
		assertThat(problem.path("type").stringValue()).isEqualTo("/problems/not-permitted");
		assertThat(problem.path("errors")).hasSize(1);
		assertThat(problem.path("errors").path(0).path("code").stringValue()).isEqualTo(code);
		assertThat(problem.path("errors").path(0).path("pointer").stringValue("")).isEqualTo(pointer);
		assertThat(response.body()).doesNotContain("example", "onboarding", "portal", key);
		assertThat(findAll(anyRequestedFor(anyUrl()))).isEmpty();
	}

	@Test
	void createWhenOrganizationIsNotPermittedIsNotFound() {
		HttpResponse<String> forbidden = create("/organizations/second/members", ADA, "X-API-Key", ONBOARDING);
		HttpResponse<String> unknown = create("/organizations/nope/members", ADA, "X-API-Key", ONBOARDING);
		assertThat(forbidden.statusCode()).isEqualTo(404);
		assertThat(withoutIds(forbidden)).isEqualTo(withoutIds(unknown));
		assertThat(create("/organizations/second/members", ADA, "X-API-Key", PORTAL).statusCode()).isEqualTo(201);
	}

	@Test
	void createWhenQuotaIsUsedUpReturnsRetryAfter() {
		assertThat(create("/members", ADA, "X-API-Key", SLOW).statusCode()).isEqualTo(201);
		HttpResponse<String> second = create("/members", ADA, "X-API-Key", SLOW);
		assertThat(second.statusCode()).isEqualTo(429);
		JsonNode problem = ApiClient.json(second);
		assertThat(problem.path("type").stringValue()).isEqualTo("/problems/too-many-requests");
		assertThat(problem.path("outcome").stringValue()).isEqualTo("not_applied");
		assertThat(Integer.parseInt(second.headers().firstValue("Retry-After").orElseThrow())).isBetween(50, 60);
		assertThat(SentryStubs.posts()).isEqualTo(1);
		assertThat(create("/members", ADA, "X-API-Key", PORTAL).statusCode()).isEqualTo(201);
	}

	@Test
	void createWhenTwoClientsUseOneIdempotencyKeyKeepsThemApart() {
		HttpRequest.Builder first = request("/members", ADA).header("Idempotency-Key", "one")
			.header("X-API-Key", PORTAL);
		HttpRequest.Builder other = request("/members", ADA).header("Idempotency-Key", "one")
			.header("X-API-Key", ONBOARDING);
		assertThat(ApiClient.send(first.build()).headers().firstValue("Idempotency-Replayed")).isEmpty();
		assertThat(ApiClient.send(other.build()).headers().firstValue("Idempotency-Replayed")).isEmpty();
		assertThat(ApiClient.send(other.build()).headers().firstValue("Idempotency-Replayed")).contains("true");
		assertThat(SentryStubs.posts()).isEqualTo(2);
	}

	@Test
	void metricsWhenRequestHasCredentialsIgnoresThem() {
		assertThat(ApiClient
			.send(ApiClient.request(this.managementPort, "/actuator/prometheus")
				.header("Authorization", "Bearer for-whatever-stands-before-it")
				.GET()
				.build())
			.statusCode()).isEqualTo(200);
	}

	@ParameterizedTest
	@CsvSource({ "PATCH, /members, 405", "TRACE, /members, 405", "PROPFIND, /members, 405", "POST, /nothing, 404",
			"POST, /error, 404", "GET, /actuator, 404" })
	void requestWhenNotServedReturnsProblem(String method, String path, int status) {
		HttpResponse<String> response = ApiClient.send(ApiClient.request(this.port, path)
			.header("X-API-Key", PORTAL)
			.method(method, BodyPublishers.noBody())
			.build());
		assertThat(response.statusCode()).isEqualTo(status);
		assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
	}

	private static void assertUnauthenticated(HttpResponse<String> response, String challenge) {
		assertThat(response.statusCode()).as(response.body()).isEqualTo(401);
		assertThat(response.headers().allValues("WWW-Authenticate")).containsExactly(challenge);
		assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
		JsonNode problem = ApiClient.json(response);
		assertThat(problem.path("type").stringValue()).isEqualTo("/problems/unauthenticated");
		assertThat(problem.path("outcome").stringValue()).isEqualTo("not_applied");
		assertThat(findAll(anyRequestedFor(anyUrl()))).isEmpty();
	}

	private static String withoutIds(HttpResponse<String> response) {
		String id = ApiClient.json(response).path("requestId").stringValue("");
		return response.body().replace(id, "");
	}

	private double failures() {
		return ApiClient.send(ApiClient.request(this.managementPort, "/actuator/prometheus").build())
			.body()
			.lines()
			.filter((line) -> line.startsWith("members_authentication_failures_total"))
			.mapToDouble((line) -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
			.sum();
	}

	private HttpResponse<String> create(String path, String body, String... headers) {
		return ApiClient.send(request(path, body).headers(headers).build());
	}

	private HttpRequest.Builder request(String path, String body) {
		return ApiClient.request(this.port, path)
			.header("Content-Type", "application/json")
			.POST(BodyPublishers.ofString(body));
	}

}
