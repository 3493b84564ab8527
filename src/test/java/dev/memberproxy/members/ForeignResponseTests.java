package dev.memberproxy.members;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.client.WireMock;
import dev.memberproxy.ApiClient;
import dev.memberproxy.SentryStubs;
import dev.memberproxy.WireTests;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.boot.test.web.server.LocalServerPort;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * What a 4xx response means, for each kind of request, status and body: only a body that
 * Sentry wrote says anything about the member, its data or the token, and only what fits
 * the request. Everything else shows that something stands between.
 */
@WireTests
@ExtendWith(OutputCaptureExtension.class)
class ForeignResponseTests {

	private static final String ADA = "ada@example.com";

	private static final String E = "{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:Error\"],";

	private static final String EXISTS = E + "\"detail\":\"User already exists in the database.\"}";

	private static final String INVITED = E
			+ "\"detail\":\"{\\\"email\\\":[\\\"The user ada@example.com has already been invited\\\"]}\"}";

	private static final String NO_ROLE = E + "\"detail\":\"Invalid organization role.\"}";

	private static final String BAD_ADDRESS = E
			+ "\"detail\":\"{\\\"email\\\":[\\\"Enter a valid email address.\\\"]}\"}";

	private static final String FORBIDDEN = "{\"detail\":\"You do not have permission to perform this action.\"}";

	private static final String LAST_OWNER = "{\"detail\":\"You cannot remove the only remaining owner of the organization.\"}";

	private static final String NOTHING_THERE = "{\"detail\":\"The requested resource does not exist\"}";

	private static final String NO_MEMBER = E
			+ "\"status\":\"404\",\"detail\":\"The requested resource does not exist\"}";

	private static final List<Kind> KINDS = List.of(Kind.values());

	/** Statuses that Sentry gives a meaning. */
	private static final List<Integer> STATUSES = List.of(400, 401, 403, 404, 409);

	private static final List<Integer> OTHER_STATUSES = List.of(301, 302, 307, 402, 405, 406, 407, 410, 411, 412, 413,
			414, 415, 418, 421, 422, 423, 426, 428, 431, 451, 494, 499);

	/** What content delivery networks, firewalls, gateways and proxies respond. */
	private static final Map<String, List<String>> FOREIGN = Map.of("text/plain",
			List.of("error code: 1001", "error code: 1020", "Client sent an HTTP request to an HTTPS server.", "OK",
					"Unauthorized", "upstream connect error or disconnect/reset before headers"),
			"text/html",
			List.of("<html><body>Request blocked. Incident 4711.</body></html>",
					"<!DOCTYPE html><title>403 Forbidden</title>CSRF verification failed. Request aborted.",
					"\n<html>User already exists in the database.</html>"),
			"application/xml", List.of("<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code></Error>"),
			"application/json",
			List.of("{\"message\":\"no Route matched with those values\"}", "{\"error\":\"access_denied\"}",
					"{\"message\":\"Forbidden\"}", "{\"detail\":\"Not authenticated\"}", "{\"detail\":\"Not Found\"}",
					"{\"message\":\"Unauthorized\",\"request_id\":\"5f2a\"}",
					"{\"errorCode\":\"E0000011\",\"errorSummary\":\"Invalid token provided\",\"errorId\":\"oae1\"}",
					"{\"fault\":{\"faultstring\":\"Invalid ApiKey\",\"detail\":{\"errorcode\":\"oauth.v2.Invalid\"}}}",
					"{\"statusCode\":401,\"message\":\"Access denied due to invalid token\"}",
					"{\"timestamp\":\"2026-11-30\",\"status\":404,\"error\":\"Not Found\",\"path\":\"/api/0\"}",
					"{\"type\":\"about:blank\",\"title\":\"Forbidden\",\"status\":403,\"detail\":\"Token expired\"}",
					"{\"errors\":[{\"message\":\"already exists\"}]}", "{\"errors\":[\"already a member\"]}",
					"{\"error\":\"apigateway2\",\"detail\":\"Not found\"}", "{}", "[]", "null", "\"Forbidden\"", "409"),
			"application/octet-stream", List.of("\0\1\2"));

	@LocalServerPort
	int port;

	@LocalManagementPort
	int managementPort;

	static Stream<Arguments> kindsAndStatuses() {
		return KINDS.stream().flatMap((kind) -> STATUSES.stream().map((status) -> arguments(kind, status)));
	}

	/**
	 * Every pair of kind, status and response, but not every combination of all three.
	 */
	@ParameterizedTest
	@MethodSource("kindsAndStatuses")
	void requestWhenSentryDidNotWriteTheResponseIsMisconfigured(Kind kind, int status) {
		List<ResponseDefinitionBuilder> responses = new ArrayList<>();
		FOREIGN.forEach((type, bodies) -> bodies.forEach((body) -> responses
			.add(aResponse().withStatus(status).withHeader("Content-Type", type).withBody(body))));
		responses.add(aResponse().withStatus(status));
		responses.add(aResponse().withStatus(status).withHeader("Content-Type", "application/json").withBody("  \n"));
		cutOff().forEach((body) -> responses.add(SentryStubs.json(status, body)));
		for (int i = (KINDS.indexOf(kind) + STATUSES.indexOf(status)) % STATUSES.size(); i < responses
			.size(); i += STATUSES.size()) {
			checkForeign(kind, status, responses.get(i));
		}
	}

	@ParameterizedTest
	@EnumSource
	void requestWhenSentryHasNoSuchStatusIsMisconfigured(Kind kind) {
		List<String> bodies = List.of("", "<html>blocked</html>", "{\"message\":\"no\"}", EXISTS);
		for (int i = 0; i < OTHER_STATUSES.size(); i++) {
			int status = OTHER_STATUSES.get(i);
			String body = bodies.get((KINDS.indexOf(kind) + i) % bodies.size());
			checkForeign(kind, status, SentryStubs.json(status, body).withHeader("Location", "/auth/login/"));
		}
	}

	static Stream<String> cutOff() {
		return Stream.of(EXISTS, NO_ROLE, FORBIDDEN, NO_MEMBER, LAST_OWNER)
			.map((body) -> body.substring(0, body.length() - 3));
	}

	/** Sentry's own words, but not about this. */
	static Stream<Arguments> misfits() {
		return Stream.of(misfit(409, EXISTS, "CREATE,ENSURE"), misfit(400, INVITED, "CREATE,ENSURE"),
				misfit(400, NO_ROLE, "CREATE,ENSURE,UPDATE_ROLE"),
				misfit(400, BAD_ADDRESS, "CREATE,ENSURE,UPDATE_ROLE"), misfit(403, LAST_OWNER, "UPDATE_ROLE,DELETE"),
				misfit(401, NOTHING_THERE.replace("detail", "info"), ""),
				misfit(401, "{\"error\":\"apigateway\",\"detail\":\"Not found\"}", ""),
				misfit(403, "{\"email\":[\"x\"]}", ""), misfit(404, "{\"email\":[\"x\"]}", ""), misfit(422, EXISTS, ""),
				misfit(410, NO_MEMBER, ""));
	}

	private static Arguments misfit(int status, String body, String fitting) {
		return arguments(status, body,
				KINDS.stream().filter((kind) -> !List.of(fitting.split(",")).contains(kind.name())).toList());
	}

	@ParameterizedTest
	@MethodSource("misfits")
	void requestWhenSentrysWordsDoNotFitItIsMisconfigured(int status, String body, List<Kind> kinds) {
		kinds.forEach((kind) -> checkForeign(kind, status, SentryStubs.json(status, body)));
	}

	private void checkForeign(Kind kind, int status, ResponseDefinitionBuilder response) {
		String what = kind + " " + status + " " + response.build().getBody();
		WireMock.reset();
		stubLookups();
		kind.stub(response);
		HttpResponse<String> answer = send(kind);
		assertThat(answer.statusCode()).as(what + answer.body()).isEqualTo(502);
		JsonNode problem = ApiClient.json(answer);
		assertThat(problem.path("type").stringValue()).as(what).isEqualTo("/problems/sentry-misconfigured");
		assertThat(problem.path("outcome").stringValue()).as(what)
			.isEqualTo(kind.isChange() ? "unknown" : "not_applied");
		assertThat(problem.path("upstream").path("status").intValue()).as(what).isEqualTo(status);
		assertThat(problem.has("member")).as(what).isFalse();
		// Looked up, and never sent again.
		List<String> calls = SentryStubs.calls();
		assertThat(calls).as(what).filteredOn((call) -> call.startsWith(kind.method)).hasSize(1);
		if (kind.isChange()) {
			assertThat(calls.getLast()).as(what).startsWith("GET");
		}
	}

	/**
	 * The rule the other way round: what Sentry wrote and what fits means what it says.
	 */
	static Stream<Arguments> sentrysResponses() {
		String challenge = "Bearer realm=\"api\"";
		return Stream.of(row(409, EXISTS, Map.of(Kind.CREATE, "member-exists")),
				row(409, E + "\"status\":\"409\",\"scimType\":\"uniqueness\",\"detail\":\"x\"}",
						Map.of(Kind.CREATE, "member-exists")),
				row(400, INVITED, Map.of(Kind.CREATE, "member-already-invited")),
				row(400, "{\"email\":[\"The user a is already a member\"]}", Map.of(Kind.CREATE, "member-exists")),
				row(400, NO_ROLE, Map.of(Kind.CREATE, "role-not-available", Kind.UPDATE_ROLE, "role-not-available")),
				row(400, BAD_ADDRESS, Map.of(Kind.CREATE, "rejected-by-sentry", Kind.ENSURE, "rejected-by-sentry")),
				row(401, "{\"detail\":\"Invalid token\"}", all("sentry-credentials-refused")),
				row(401, "{\"detail\":\"Invalid org token\"}", all("sentry-credentials-refused")),
				row(401, "{\"detail\":{\"code\":\"sso-required\",\"message\":\"x\",\"extra\":{}}}",
						all("sentry-credentials-refused")),
				argumentSet("401 with Sentry's challenge",
						SentryStubs.json(401, "{\"detail\":\"A new sentence.\"}")
							.withHeader("WWW-Authenticate", challenge),
						all("sentry-credentials-refused")),
				argumentSet("403 with Sentry's headers",
						SentryStubs.json(403, "{\"detail\":\"A new sentence.\"}")
							.withHeader("X-Sentry-Rate-Limit-Limit", "40"),
						all("sentry-credentials-refused")),
				row(403, FORBIDDEN, all("sentry-credentials-refused")),
				row(403, LAST_OWNER, Map.of(Kind.UPDATE_ROLE, "member-protected", Kind.DELETE, "member-protected")),
				row(404, NOTHING_THERE, all("sentry-misconfigured")),
				row(404, "{\"error\":\"apigateway\",\"detail\":\"Not found\"}", all("sentry-misconfigured")),
				row(404, NO_MEMBER, Map.of(Kind.READ, "member-not-found", Kind.DELETE, "member-not-found")),
				row(405, "{\"detail\":\"Method \\\"PUT\\\" not allowed.\"}", all("sentry-misconfigured")),
				row(400, "{\"detail\":\"JSON parse error - Expecting value\"}", all("sentry-misconfigured")),
				row(400, "\"Invalid origin: https://x\"", all("sentry-misconfigured")));
	}

	private static Arguments row(int status, String body, Map<Kind, String> slugs) {
		return argumentSet(status + " " + body, SentryStubs.json(status, body), slugs);
	}

	private static Map<Kind, String> all(String slug) {
		return KINDS.stream().collect(Collectors.toMap((kind) -> kind, (_) -> slug));
	}

	@ParameterizedTest
	@MethodSource("sentrysResponses")
	void requestWhenSentryWroteTheResponseMeansWhatItSays(ResponseDefinitionBuilder response, Map<Kind, String> slugs) {
		slugs.forEach((kind, slug) -> {
			WireMock.reset();
			stubLookups();
			kind.stub(response);
			JsonNode problem = ApiClient.json(send(kind));
			assertThat(problem.path("type").stringValue()).as(kind + slug).isEqualTo("/problems/" + slug);
			assertThat(problem.path("outcome").stringValue()).as(kind + slug).isEqualTo("not_applied");
		});
	}

	/** A firewall that blocks responses lets the change happen. */
	@Test
	void createWhenFirewallBlockedTheResponseIsReconciled() {
		SentryStubs.onPost(aResponse().withStatus(403).withBody("<html>blocked</html>"));
		SentryStubs.onGet(SentryStubs.list(SentryStubs.user("242", ADA, "manager")));
		HttpResponse<String> response = ApiClient.post(this.port, "/members",
				"{\"userName\":\"ada@example.com\",\"sentryOrgRole\":\"manager\"}");
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.headers().firstValue("Members-Outcome")).contains("reconciled");
		assertThat(SentryStubs.calls()).containsExactly("POST", "GET");
	}

	@Test
	void createWithKeyWhenFirewallRespondsIsResumedAndNotReplayed() {
		SentryStubs.onPost(aResponse().withStatus(409).withBody("error code: 1001"),
				SentryStubs.created(ADA, "member"));
		SentryStubs.onGet(SentryStubs.list());
		assertThat(createWithKey("foreign").statusCode()).isEqualTo(502);
		HttpResponse<String> second = createWithKey("foreign");
		assertThat(second.statusCode()).as(second.body()).isEqualTo(201);
		assertThat(second.headers().firstValue("Idempotency-Replayed")).isEmpty();
		assertThat(SentryStubs.calls()).containsExactly("POST", "GET", "GET", "POST");
	}

	@Test
	void resumeWhenFirewallRespondsIsMisconfigured() {
		SentryStubs.onPost(aResponse().withStatus(403).withBody("blocked"));
		SentryStubs.onGet(SentryStubs.list(), aResponse().withStatus(403).withBody("blocked"));
		createWithKey("resumed");
		JsonNode problem = ApiClient.json(createWithKey("resumed"));
		assertThat(problem.path("type").stringValue()).isEqualTo("/problems/sentry-misconfigured");
		assertThat(problem.path("outcome").stringValue()).isEqualTo("unknown");
		assertThat(SentryStubs.calls()).containsExactly("POST", "GET", "GET");
	}

	@Test
	void healthAndLogWhenSomethingElseRespondsSayWhereToLook(CapturedOutput output) {
		SentryStubs
			.onGet(aResponse().withStatus(401).withHeader("Content-Type", "text/html").withBody("<html>Sign in"));
		ApiClient.get(this.port, "/members?userName=ada@example.com");
		JsonNode issue = ApiClient.json(ApiClient.get(this.managementPort, "/actuator/health"))
			.at("/components/sentry/details/default/troubles/0");
		assertThat(issue.path("code").stringValue()).isEqualTo("misconfigured");
		assertThat(issue.path("cause").stringValue()).contains("between this service and Sentry", "401", "a web page");
		assertThat(issue.path("remedy").stringValue()).contains("firewalls").doesNotContain("token");
		assertThat(output.getOut())
			.containsPattern("ERROR.*502 sentry-misconfigured: .*responded with 401 and a web page");
		String metrics = ApiClient.get(this.managementPort, "/actuator/prometheus").body();
		assertThat(metrics).contains("sentry_health_issue{issue=\"misconfigured\",organization=\"default\"} 1.0",
				"sentry_health_issue{issue=\"token-refused\",organization=\"default\"} 0.0");
	}

	@Test
	void tokenWhenSomethingElseRespondsIsNotCalledAccepted() {
		SentryStubs.onGet(aResponse().withStatus(409).withBody("error code: 1001"),
				aResponse().withStatus(200).withBody("<html>Sign in"));
		String before = lastSuccess();
		ApiClient.get(this.port, "/members?userName=ada@example.com");
		ApiClient.get(this.port, "/members?userName=ada@example.com");
		assertThat(seconds(lastSuccess())).isGreaterThanOrEqualTo(seconds(before));
	}

	private static double seconds(String value) {
		return value.equals("NaN") ? Double.MAX_VALUE : Double.parseDouble(value);
	}

	private String lastSuccess() {
		return ApiClient.get(this.managementPort, "/actuator/prometheus")
			.body()
			.lines()
			.filter((line) -> line.startsWith("members_token_last_success_seconds{"))
			.findFirst()
			.map((line) -> line.substring(line.lastIndexOf(' ') + 1))
			.orElseThrow();
	}

	private HttpResponse<String> createWithKey(String key) {
		return ApiClient.send(ApiClient.request(this.port, "/members")
			.header("Content-Type", "application/json")
			.header("Idempotency-Key", key)
			.POST(BodyPublishers.ofString("{\"userName\":\"ada@example.com\",\"sentryOrgRole\":\"member\"}"))
			.build());
	}

	/** Everything but what the request is after works. */
	private static void stubLookups() {
		SentryStubs.onGet(SentryStubs.list());
		SentryStubs.onGetById("242", SentryStubs.member("242", ADA, "member"));
	}

	private HttpResponse<String> send(Kind kind) {
		return ApiClient.send(ApiClient.request(this.port, kind.path)
			.header("Content-Type", "application/json")
			.method(kind.caller, BodyPublishers.ofString(kind.body))
			.build());
	}

	/** The kinds of requests to Sentry, and what a caller sends to cause each. */
	enum Kind {

		CREATE("POST", "/members", "{\"userName\":\"ada@example.com\"}", "POST"),

		ENSURE("PUT", "/members/ada@example.com", "{\"sentryOrgRole\":\"member\"}", "POST"),

		UPDATE_ROLE("PATCH", "/members/242", "{\"sentryOrgRole\":\"manager\"}", "PUT"),

		DELETE("DELETE", "/members/242", "", "DELETE"),

		READ("GET", "/members/242", "", "GET"),

		READ_BY_ADDRESS("GET", "/members/ada@example.com", "", "GET"),

		SEARCH("GET", "/members?userName=ada@example.com", "", "GET"),

		LIST("GET", "/members", "", "GET"),

		LOOKUP_BEFORE_ENSURE("PUT", "/members/ada@example.com", "", "GET"),

		LOOKUP_BEFORE_DELETE("DELETE", "/members/242", "", "GET");

		private final String caller;

		private final String path;

		private final String body;

		/** What is sent to Sentry and met with the response. */
		private final String method;

		Kind(String caller, String path, String body, String method) {
			this.caller = caller;
			this.path = path;
			this.body = body;
			this.method = method;
		}

		boolean isChange() {
			return !this.method.equals("GET");
		}

		void stub(ResponseDefinitionBuilder response) {
			switch (this.method) {
				case "POST" -> SentryStubs.onPost(response);
				case "PUT" -> SentryStubs.onPut("242", response);
				case "DELETE" -> SentryStubs.onDelete("242", response);
				default -> {
					SentryStubs.onGet(response);
					SentryStubs.onGetById("242", response);
				}
			}
		}

	}

}
