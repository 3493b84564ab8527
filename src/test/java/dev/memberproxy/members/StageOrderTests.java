package dev.memberproxy.members;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.memberproxy.ApiClient;
import dev.memberproxy.RawClient;
import dev.memberproxy.SentryStubs;
import dev.memberproxy.WireTests;
import dev.memberproxy.clients.KeyDigests;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.findAll;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

/**
 * A request passes its stages in one order: caller, body, query, organization, policy,
 * quota, idempotency key, request queue. A rejection at one does not affect later ones.
 */
@WireTests
class StageOrderTests {

	private static final String ADA = "{\"userName\":\"ada@example.com\",\"sentryOrgRole\":\"member\"}";

	private static final String GRACE = ADA.replace("ada", "grace");

	/** A role that no client here may assign. */
	private static final String MANAGER = ADA.replace("\"member\"", "\"manager\"");

	private final Logger audit = (Logger) LoggerFactory.getLogger("audit");

	private final AuditLines lines = new AuditLines();

	private final String idempotencyKey = UUID.randomUUID().toString();

	@LocalServerPort
	int port;

	@Autowired
	MeterRegistry meterRegistry;

	@DynamicPropertySource
	static void clients(DynamicPropertyRegistry registry) {
		registry.add("members.access", () -> "clients");
		Stream.of("portal", "reader", "once", "spent", "often")
			.forEach((client) -> registry.add("members.clients." + client + ".key-sha256",
					() -> KeyDigests.hex("smp_" + client)));
		registry.add("members.clients.portal.organizations", () -> "default, limited");
		registry.add("members.clients.reader.operations", () -> "read");
		registry.add("members.clients.once.requests-per-minute", () -> "1");
		registry.add("members.clients.spent.requests-per-minute", () -> "1");
		registry.add("members.clients.often.requests-per-minute", () -> "1");
		registry.add("sentry.organizations.limited.base-url", () -> "${sentry.base-url}");
		registry.add("sentry.organizations.limited.slug", () -> "acme");
		registry.add("sentry.organizations.limited.token", () -> "token");
	}

	@BeforeEach
	void listen() {
		this.lines.start();
		this.audit.addAppender(this.lines);
		SentryStubs.onPost(SentryStubs.created("ada@example.com", "member"));
	}

	@AfterEach
	void stop() {
		this.audit.detachAppender(this.lines);
	}

	static Stream<Arguments> invalidAtSeveralStages() {
		String nowhere = "/organizations/nope/members";
		return Stream.of(
				argumentSet("everything", "stranger", nowhere + "?x=y", "{", 401, "unauthenticated", "credentials", ""),
				argumentSet("caller and path", "stranger", "/nothing", "{", 401, "unauthenticated", "credentials", ""),
				argumentSet("body and later", "reader", nowhere + "?x=y", "{", 400, "invalid-request",
						"body cannot be used", "client operation"),
				argumentSet("field and later", "reader", nowhere + "?x=y", "{\"userName\":\"nope\"}", 400,
						"invalid-request", "invalid fields", "client operation"),
				argumentSet("query and later", "reader", nowhere + "?x=y", ADA, 400, "invalid-request", "query",
						"client operation"),
				argumentSet("organization and policy", "reader", nowhere, ADA, 404, "organization-not-found",
						"organization", "client operation target"),
				argumentSet("foreign organization and policy", "reader", "/organizations/limited/members", ADA, 404,
						"organization-not-found", "organization", "client operation target"),
				argumentSet("policy", "reader", "/members", ADA, 403, "not-permitted", "policy",
						"client operation organization target"));
	}

	@ParameterizedTest
	@MethodSource("invalidAtSeveralStages")
	void createWhenSeveralStagesFailIsRejectedByTheFirst(String client, String path, String body, int status,
			String slug, String detail, String facts) {
		HttpResponse<String> response = create(client, path, body);
		assertRejected(response, status, slug, facts);
		assertThat(ApiClient.json(response).path("detail").stringValue()).contains(detail);
		assertThat(findAll(anyRequestedFor(anyUrl()))).isEmpty();
	}

	@Test
	void createWhenCallerIsUnknownIsRejectedBeforeItsBody() throws IOException {
		try (RawClient client = RawClient.connect(this.port)) {
			client.send("POST /members HTTP/1.1\r\nHost: x\r\nX-Request-Id: bodiless\r\nX-API-Key: smp_stranger\r\n"
					+ "Content-Type: application/json\r\nContent-Length: 100\r\n\r\n");
			client.receive("HTTP/1.1 401");
		}
		assertThat(this.lines.only("bodiless")).containsEntry("audit.problem", "unauthenticated")
			.doesNotContainKey("audit.client");
	}

	@Test
	void createWhenNotPermittedIgnoresTheIdempotencyKey() {
		assertRejected(create("portal", "/members", MANAGER), 403, "not-permitted",
				"client operation organization target");
		assertThat(findAll(anyRequestedFor(anyUrl()))).isEmpty();
		assertCreated(create("portal", "/members", ADA));
		assertRejected(create("portal", "/members", MANAGER), 403, "not-permitted",
				"client operation organization target");
		assertThat(SentryStubs.posts()).isEqualTo(1);
	}

	@Test
	void createWhenRejectedBeforeQuotaUsesNoneOfIt() {
		assertRejected(create("once", "/members", "{"), 400, "invalid-request", "client operation organization");
		assertRejected(create("once", "/members?x=y", ADA), 400, "invalid-request", "client operation organization");
		assertRejected(create("once", "/members", ADA, "no key"), 400, "invalid-request",
				"client operation organization");
		assertRejected(create("once", "/organizations/nope/members", ADA), 404, "organization-not-found",
				"client operation target");
		assertRejected(create("once", "/members", MANAGER), 403, "not-permitted",
				"client operation organization target");
		assertThat(findAll(anyRequestedFor(anyUrl()))).isEmpty();
		assertCreated(create("once", "/members", ADA));
	}

	@Test
	void createWhenQuotaIsUsedUpChecksPolicyFirstAndNoKey() {
		assertCreated(create("spent", "/members", ADA));
		assertRejected(create("spent", "/members", MANAGER), 403, "not-permitted",
				"client operation organization target");
		assertRejected(create("spent", "/members", GRACE), 429, "too-many-requests",
				"client operation organization target");
		assertThat(SentryStubs.posts()).isEqualTo(1);
	}

	@Test
	void createWhenQuotaIsUsedUpDoesNotClaimKey() {
		create("often", "/members", ADA, "first");
		double claims = claims();
		assertRejected(create("often", "/members", GRACE, "second"), 429, "too-many-requests",
				"client operation organization target");
		assertThat(claims()).isEqualTo(claims);
	}

	private double claims() {
		return this.meterRegistry.find("members.idempotency").counters().stream().mapToDouble(Counter::count).sum();
	}

	@Test
	void createWhenKeyIsReusedIsRejectedBeforeTheQueue() {
		SentryStubs.onPost(SentryStubs.created("ada@example.com", "member"),
				SentryStubs.json(429, "").withHeader("Retry-After", "30"));
		String path = "/organizations/limited/members";
		assertCreated(create("portal", path, ADA));
		// Blocks the queue for longer than this test takes.
		assertThat(slug(create("portal", path, GRACE, "other"))).isEqualTo("rate-limited-by-sentry");
		assertRejected(create("portal", path, GRACE), 422, "idempotency-key-reused",
				"client idempotencyKey operation organization target");
		assertThat(create("portal", path, ADA).headers().firstValue("Idempotency-Replayed")).contains("true");
		assertRejected(create("portal", path, GRACE, "other"), 429, "busy",
				"client idempotencyKey operation organization target");
		assertThat(SentryStubs.posts()).isEqualTo(2);
		assertThat(SentryStubs.gets()).isZero();
	}

	private static void assertCreated(HttpResponse<String> response) {
		assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
		assertThat(response.headers().firstValue("Idempotency-Replayed")).isEmpty();
	}

	/** The audit record has what the stages before the rejection determined. */
	private void assertRejected(HttpResponse<String> response, int status, String slug, String facts) {
		assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
		assertThat(slug(response)).isEqualTo(slug);
		assertThat(ApiClient.json(response).path("outcome").stringValue()).isEqualTo("not_applied");
		Map<String, Object> line = this.lines.only(response.headers().firstValue("X-Request-Id").orElseThrow());
		assertThat(line).containsEntry("audit.problem", slug)
			.containsEntry("audit.outcome", "not_applied")
			.containsEntry("audit.attempts", 0);
		assertThat(Stream.of("client", "idempotencyKey", "operation", "organization", "target")
			.filter((fact) -> line.containsKey("audit." + fact))
			.collect(Collectors.joining(" "))).isEqualTo(facts);
	}

	private static String slug(HttpResponse<String> response) {
		return ApiClient.json(response).path("type").stringValue().substring("/problems/".length());
	}

	private HttpResponse<String> create(String client, String path, String body) {
		return create(client, path, body, this.idempotencyKey);
	}

	private HttpResponse<String> create(String client, String path, String body, String key) {
		return ApiClient.send(ApiClient.request(this.port, path)
			.header("X-API-Key", "smp_" + client)
			.header("Idempotency-Key", key)
			.header("Content-Type", "application/json")
			.POST(BodyPublishers.ofString(body))
			.build());
	}

	/** Collects the audit lines of concurrent requests. */
	private static final class AuditLines extends AppenderBase<ILoggingEvent> {

		private final List<Map<String, Object>> facts = new CopyOnWriteArrayList<>();

		@Override
		protected void append(ILoggingEvent event) {
			this.facts.add(Optional.ofNullable(event.getKeyValuePairs())
				.orElse(List.of())
				.stream()
				.collect(Collectors.toMap((pair) -> pair.key, (pair) -> pair.value)));
		}

		/** Waits, because the line is written after the response is sent. */
		Map<String, Object> only(String requestId) {
			Awaitility.await().until(() -> !find(requestId).isEmpty());
			assertThat(find(requestId)).hasSize(1);
			return find(requestId).getFirst();
		}

		private List<Map<String, Object>> find(String requestId) {
			return this.facts.stream().filter((line) -> requestId.equals(line.get("audit.requestId"))).toList();
		}

	}

}
