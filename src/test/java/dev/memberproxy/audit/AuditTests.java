package dev.memberproxy.audit;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.memberproxy.ApiClient;
import dev.memberproxy.SentryStubs;
import dev.memberproxy.WireTests;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/** Every request has one audit line, whatever its outcome. */
@WireTests
class AuditTests {

	private static final String ADA = "{\"userName\":\"ada@example.com\",\"sentryOrgRole\":\"manager\"}";

	@RegisterExtension
	final AuditLines lines = new AuditLines();

	@LocalServerPort
	int port;

	@LocalManagementPort
	int managementPort;

	@Test
	void createWhenMemberIsCreatedHasEveryField() {
		SentryStubs.onPost(SentryStubs.created("ada@example.com", "manager"));
		ApiClient.send(request("/members", ADA).header("Members-Requested-By", "grace@example.com")
			.header("X-Request-Id", "request-1")
			.header("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
			.header("Idempotency-Key", "the-secret-of-the-caller")
			.build());
		Map<String, Object> facts = onlyLine();
		assertThat(facts).containsEntry("audit.client", "open")
			.containsEntry("audit.requestedBy", "grace@example.com")
			.containsEntry("audit.remoteAddress", "127.0.0.1")
			.containsEntry("audit.operation", "create")
			.containsEntry("audit.organization", "default")
			.containsEntry("audit.target", "ada@example.com")
			.containsEntry("audit.roleAsked", "manager")
			.containsEntry("audit.roleGiven", "manager")
			.containsEntry("audit.outcome", "created")
			.containsEntry("audit.memberId", "242")
			.containsEntry("audit.upstreamStatus", 201)
			.containsEntry("audit.attempts", 1)
			.containsEntry("audit.requestId", "request-1")
			.containsEntry("audit.traceId", "0af7651916cd43dd8448eb211c80319c")
			.containsKeys("audit.durationMillis", "audit.idempotencyKey")
			.doesNotContainKey("audit.problem");
		assertThat(facts.toString()).doesNotContain("the-secret-of-the-caller", WireTests.TOKEN);
		assertThat(this.lines.list().getFirst().getFormattedMessage()).startsWith("client=open ")
			.contains(" target=ada@example.com ", " outcome=created ")
			.matches("(?:[a-zA-Z]+=\\S+ ?)+");
	}

	@Test
	void createWhenReconciledCountsAttempts() {
		SentryStubs.onPost(SentryStubs.json(502, ""));
		SentryStubs.onGet(SentryStubs.list(SentryStubs.user("7", "ada@example.com", "manager")));
		ApiClient.send(request("/members", ADA).build());
		assertThat(onlyLine()).containsEntry("audit.outcome", "reconciled").containsEntry("audit.attempts", 2);
	}

	@Test
	void createWhenReplayedHasOutcomeReplayed() {
		SentryStubs.onPost(SentryStubs.created("ada@example.com", "manager"));
		ApiClient.send(request("/members", ADA).header("Idempotency-Key", "again").build());
		ApiClient.send(request("/members", ADA).header("Idempotency-Key", "again").build());
		List<Map<String, Object>> both = lines(2);
		assertThat(both.get(1)).containsEntry("audit.outcome", "replayed").containsEntry("audit.attempts", 0);
		assertThat(both.get(1).get("audit.idempotencyKey")).isEqualTo(both.get(0).get("audit.idempotencyKey"));
	}

	/** The request, the role of the only member, and the fields of the audit line. */
	static Stream<Arguments> calls() {
		String byAddress = "/members/ada@example.com";
		return Stream.of(arguments("GET /members/242", "member", "read 242 - - member found 1"),
				arguments("GET " + byAddress, "member", "read 242 ada@example.com - member found 1"),
				arguments("GET /members?userName=ada@example.com", "member", "list - ada@example.com - - listed 1"),
				arguments("GET /members?count=1", "member", "list - - - - listed 1"),
				arguments("PUT " + byAddress, "", "ensure 242 ada@example.com manager manager created 3"),
				arguments("PUT " + byAddress, "member", "ensure 242 ada@example.com manager manager updated 2"),
				arguments("PUT " + byAddress, "manager", "ensure 242 ada@example.com manager manager unchanged 1"),
				arguments("PATCH /members/242", "member", "update-role 242 - manager manager updated 2"),
				arguments("PATCH " + byAddress, "manager",
						"update-role 242 ada@example.com manager manager unchanged 1"),
				arguments("DELETE /members/242", "member", "delete 242 - - member deleted 2"),
				arguments("DELETE " + byAddress, "member", "delete 242 ada@example.com - member deleted 2"));
	}

	@ParameterizedTest
	@MethodSource("calls")
	void requestWhenSuccessfulHasOperationAndMember(String call, String role, String fields) {
		stub(role);
		send(call);
		Map<String, Object> facts = onlyLine();
		assertThat(Stream.of("operation", "memberId", "target", "roleAsked", "roleGiven", "outcome", "attempts")
			.map((name) -> facts.getOrDefault("audit." + name, "-").toString())
			.collect(Collectors.joining(" "))).isEqualTo(fields);
		assertThat(facts).doesNotContainKeys("audit.dryRun", "audit.problem", "audit.warnings");
	}

	static Stream<Arguments> dryRuns() {
		return Stream.of(arguments("POST /members", "", "create", "would-create"),
				arguments("PUT /members/ada@example.com", "", "ensure", "would-create"),
				arguments("PUT /members/ada@example.com", "member", "ensure", "would-update"),
				arguments("PATCH /members/242", "member", "update-role", "would-update"),
				arguments("PATCH /members/242", "manager", "update-role", "unchanged"),
				arguments("DELETE /members/242", "member", "delete", "would-delete"));
	}

	@ParameterizedTest
	@MethodSource("dryRuns")
	void requestWhenDryRunHasDryRun(String call, String role, String operation, String outcome) {
		stub(role);
		send(call + "?dryRun=true");
		Map<String, Object> facts = onlyLine();
		assertThat(facts).containsEntry("audit.dryRun", true)
			.containsEntry("audit.operation", operation)
			.containsEntry("audit.outcome", outcome)
			.containsEntry("audit.attempts", 1);
		if (call.contains("242")) {
			assertThat(facts).containsEntry("audit.memberId", "242").doesNotContainKey("audit.target");
		}
		else {
			assertThat(facts).containsEntry("audit.target", "ada@example.com");
		}
	}

	@Test
	void changeWhenResponseHasWarningsListsTheirCodes() {
		stub("");
		SentryStubs.onGet(SentryStubs.list());
		SentryStubs.onPost(SentryStubs.created("ada@example.com", "billing"));
		send("PUT /members/ada@example.com");
		assertThat(onlyLine()).containsEntry("audit.outcome", "created")
			.containsEntry("audit.roleAsked", "manager")
			.containsEntry("audit.roleGiven", "billing")
			.containsEntry("audit.warnings", "role-differs,not-listed");
	}

	static Stream<Arguments> endings() {
		return Stream.of(arguments("GET /members/242", "", "read", "member-not-found", "not_applied", 1),
				arguments("PATCH /members/242", "owner", "update-role", "member-protected", "not_applied", 1),
				arguments("PATCH /members/242", "billing", "update-role", "outcome-unknown", "unknown", 5),
				arguments("DELETE /members/242", "billing", "delete", "outcome-unknown", "unknown", 5),
				arguments("DELETE /members/242?dryRun=yes", "member", "delete", "invalid-request", "not_applied", 0),
				arguments("PUT /members/a@b", "", "ensure", "invalid-request", "not_applied", 0));
	}

	@ParameterizedTest
	@MethodSource("endings")
	void requestWhenFailedHasProblemAndOutcome(String call, String role, String operation, String slug, String outcome,
			int attempts) {
		stub(role);
		if (role.equals("billing")) {
			SentryStubs.onPut("242", SentryStubs.json(502, ""));
			SentryStubs.onDelete("242", SentryStubs.json(502, ""));
		}
		send(call);
		assertThat(onlyLine()).containsEntry("audit.operation", operation)
			.containsEntry("audit.problem", slug)
			.containsEntry("audit.outcome", outcome)
			.containsEntry("audit.attempts", attempts);
	}

	static Stream<Arguments> refusals() {
		return Stream.of(arguments("POST", "/members", "{", "invalid-request", "not_applied"),
				arguments("POST", "/members", "{\"userName\":\"nope\"}", "invalid-request", "not_applied"),
				arguments("POST", "/organizations/nope/members", ADA, "organization-not-found", "not_applied"),
				arguments("TRACE", "/members", "", "method-not-allowed", "not_applied"),
				arguments("POST", "/nothing", ADA, "not-found", "not_applied"),
				arguments("POST", "/members;x", ADA, "invalid-request", "not_applied"),
				arguments("POST", "/members", "x".repeat(70_000), "content-too-large", "not_applied"));
	}

	@ParameterizedTest
	@MethodSource("refusals")
	void requestWhenRejectedByServiceHasProblem(String method, String path, String body, String slug, String outcome) {
		ApiClient.send(ApiClient.request(this.port, path)
			.header("Content-Type", "application/json")
			.method(method, BodyPublishers.ofString(body))
			.build());
		assertThat(onlyLine()).containsEntry("audit.problem", slug)
			.containsEntry("audit.outcome", outcome)
			.containsEntry("audit.attempts", 0)
			.containsEntry("audit.remoteAddress", "127.0.0.1")
			.doesNotContainKey("audit.memberId");
	}

	@Test
	void createWhenRejectedBySentryHasUpstreamStatus() {
		SentryStubs.onPost(SentryStubs.exists());
		ApiClient.send(request("/members", ADA).build());
		assertThat(onlyLine()).containsEntry("audit.problem", "member-exists")
			.containsEntry("audit.upstreamStatus", 409)
			.containsEntry("audit.outcome", "not_applied")
			.containsEntry("audit.attempts", 2);
	}

	@Test
	void pageHasNoAuditLine() {
		List.of("/problems/busy", "/docs", "/docs/docs.js", "/openapi.json")
			.forEach((page) -> ApiClient.send(ApiClient.request(this.port, page).build()));
		SentryStubs.onPost(SentryStubs.created("ada@example.com", "manager"));
		ApiClient.send(request("/members", ADA).build());
		assertThat(onlyLine()).containsEntry("audit.outcome", "created");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "two words", "a@b c" })
	void createWhenRequestedByIsMalformedIsRejected(String claim) {
		HttpResponse<String> response = ApiClient
			.send(request("/members", ADA).header("Members-Requested-By", claim).build());
		assertThat(response.statusCode()).isEqualTo(400);
		assertThat(ApiClient.json(response).path("errors").path(0).path("header").stringValue())
			.isEqualTo("Members-Requested-By");
		assertThat(SentryStubs.posts()).isZero();
		assertThat(onlyLine()).doesNotContainKey("audit.requestedBy");
	}

	@ParameterizedTest
	@ValueSource(strings = { "00-00000000000000000000000000000000-b7ad6b7169203331-01", "00-short-b7ad6b7169203331-01",
			"00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01", "x" })
	void createWhenTraceparentIsMalformedHasNoTraceId(String traceparent) {
		SentryStubs.onPost(SentryStubs.created("ada@example.com", "manager"));
		ApiClient.send(request("/members", ADA).header("traceparent", traceparent).build());
		assertThat(onlyLine()).doesNotContainKey("audit.traceId");
	}

	@Test
	void createWhenAuditLineCannotBeWrittenSucceeds() {
		SentryStubs.onPost(SentryStubs.created("ada@example.com", "manager"));
		double before = failures();
		AppenderBase<ILoggingEvent> broken = new AppenderBase<>() {

			@Override
			public synchronized void doAppend(ILoggingEvent event) {
				append(event);
			}

			@Override
			protected void append(ILoggingEvent event) {
				throw new IllegalStateException("disk full");
			}

		};
		broken.start();
		Logger audit = (Logger) LoggerFactory.getLogger("audit");
		audit.addAppender(broken);
		try {
			assertThat(ApiClient.send(request("/members", ADA).build()).statusCode()).isEqualTo(201);
			Awaitility.await().untilAsserted(() -> assertThat(failures()).isEqualTo(before + 1));
		}
		finally {
			audit.detachAppender(broken);
		}
	}

	/** A Sentry with one member, or none. */
	private static void stub(String role) {
		String ada = SentryStubs.user("242", "ada@example.com", role);
		String manager = SentryStubs.user("242", "ada@example.com", "manager");
		if (role.isEmpty()) {
			SentryStubs.onGet(SentryStubs.list(), SentryStubs.list(manager));
			SentryStubs.onGetById("242", SentryStubs.noSuchMember());
		}
		else {
			SentryStubs.onGet(SentryStubs.list(ada));
			SentryStubs.onGetById("242", SentryStubs.json(200, ada));
		}
		SentryStubs.onPost(SentryStubs.created("ada@example.com", "manager"));
		SentryStubs.onPut("242", SentryStubs.json(200, manager));
		SentryStubs.onDelete("242", SentryStubs.json(204, ""));
	}

	/** Requests the role manager. */
	private void send(String call) {
		String method = call.substring(0, call.indexOf(' '));
		String body = method.equals("POST") ? ADA : "{\"sentryOrgRole\":\"manager\"}";
		ApiClient.send(ApiClient.request(this.port, call.substring(call.indexOf(' ') + 1))
			.header("Content-Type", "application/json")
			.method(method, BodyPublishers.ofString(method.startsWith("P") ? body : ""))
			.build());
	}

	private double failures() {
		return ApiClient.send(ApiClient.request(this.managementPort, "/actuator/prometheus").build())
			.body()
			.lines()
			.filter((line) -> line.startsWith("members_audit_failures_total"))
			.mapToDouble((line) -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
			.sum();
	}

	private Map<String, Object> onlyLine() {
		return lines(1).getFirst();
	}

	/** The line is written after the response is sent. */
	private List<Map<String, Object>> lines(int count) {
		Awaitility.await().until(() -> this.lines.list().size() >= count);
		assertThat(this.lines.list()).hasSize(count);
		return this.lines.list()
			.stream()
			.map((event) -> Optional.ofNullable(event.getKeyValuePairs())
				.orElse(List.of())
				.stream()
				.collect(Collectors.toMap((pair) -> pair.key, (pair) -> pair.value)))
			.toList();
	}

	private HttpRequest.Builder request(String path, String body) {
		return ApiClient.request(this.port, path)
			.header("Content-Type", "application/json")
			.POST(BodyPublishers.ofString(body));
	}

}
