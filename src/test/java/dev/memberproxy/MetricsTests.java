package dev.memberproxy;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.github.tomakehurst.wiremock.client.WireMock;
import dev.memberproxy.audit.Activity;
import dev.memberproxy.problem.Outcome;
import dev.memberproxy.problem.ProblemType;
import dev.memberproxy.replicas.RedisServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.context.TestPropertySource;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static org.assertj.core.api.Assertions.assertThat;

@WireTests
// A separate context, because the test blocks its request queue.
@TestPropertySource(properties = { "members.access=clients", "members.clients.portal.key-sha256=" + MetricsTests.DIGEST,
		"members.jwt.issuer=http://127.0.0.1:1", "members.jwt.audience=sentry-member-proxy", "members.state=redis" })
@DirtiesContext // Its Redis ends with it.
class MetricsTests {

	private static final RedisServer redis = RedisServer.start();

	private static final String KEY = "smp_metrics-test-key";

	static final String DIGEST = "e5d869dcadae1e96f078abaf1a92a8d6dfc63f76975170cf74e047849ab98227";

	private static final Pattern SAMPLE = Pattern.compile("(?m)^((?:members|sentry)_\\w+?)(?:\\{(.*?)\\})? ");

	private static final Pattern STATE = Pattern.compile("sentry_(?:breaker_state|connections)\\{.*state=\"(.*?)\"");

	private static final Pattern LABEL = Pattern.compile("(\\w+)=\"");

	private static final Pattern ROW = Pattern.compile("(?m)^\\| `(\\w+)` \\| [\\w, ]+ \\|([\\w` ]*)\\|");

	private static final JsonMapper json = JsonMapper.shared();

	private static final String ADA = "{\"userName\":\"ada@example.com\",\"sentryOrgRole\":\"member\"}";

	@DynamicPropertySource
	static void redis(DynamicPropertyRegistry registry) {
		registry.add("spring.data.redis.port", redis::port);
	}

	@AfterAll
	static void stopRedis() {
		redis.close();
	}

	@LocalServerPort
	int port;

	@LocalManagementPort
	int managementPort;

	@Test
	void metricsMatchThePage() throws IOException {
		SentryStubs.onPost(SentryStubs.created("ada@example.com", "member"));
		SentryStubs.onGet(SentryStubs.list());
		create("one");
		create("one");
		ApiClient.send(ApiClient.request(this.port, "/members/ada@example.com").header("X-API-Key", KEY).build());
		ApiClient
			.send(ApiClient.request(this.port, "/members/ada@example.com").header("X-API-Key", "smp_other").build());
		WireMock.resetToDefault();
		SentryStubs.onPost(aResponse().withStatus(502));
		SentryStubs.onGet(SentryStubs.list(SentryStubs.user("242", "ada@example.com", "member")));
		create("two");
		WireMock.resetToDefault();
		SentryStubs.onPost(SentryStubs.json(503, """
				{"error":"apigateway","detail":"Downstream service temporarily unavailable"}"""),
				SentryStubs.json(429, "").withHeader("Retry-After", "600"));
		create("three");
		create("four");
		String metrics = ApiClient.get(this.managementPort, "/actuator/prometheus").body();
		assertThat(metrics).doesNotContain("example.com", "242\"")
			.contains(
					"members_requests_total{client=\"portal\",operation=\"create\",outcome=\"created\",problem=\"none\"} 1.0",
					"members_requests_total{client=\"portal\",operation=\"create\",outcome=\"replayed\",problem=\"none\"} 1.0",
					"members_requests_total{client=\"portal\",operation=\"create\",outcome=\"reconciled\",problem=\"none\"} 1.0",
					"members_requests_total{client=\"portal\",operation=\"create\",outcome=\"not_applied\",problem=\"rate-limited-by-sentry\"} 1.0",
					"members_requests_total{client=\"portal\",operation=\"create\",outcome=\"not_applied\",problem=\"busy\"} 1.0",
					"members_requests_total{client=\"portal\",operation=\"read\",outcome=\"not_applied\",problem=\"member-not-found\"} 1.0",
					"members_requests_total{client=\"none\",operation=\"none\",outcome=\"not_applied\",problem=\"unauthenticated\"} 1.0",
					"members_authentication_failures_total 1.0", "members_idempotency_total{key=\"new\"} 4.0",
					"members_idempotency_total{key=\"ended\"} 1.0",
					"sentry_calls_seconds_count{method=\"POST\",organization=\"default\",status=\"201\"} 1",
					"sentry_calls_seconds_count{method=\"POST\",organization=\"default\",status=\"502\"} 1",
					"sentry_calls_seconds_bucket{method=\"GET\",organization=\"default\",status=\"200\",le=\"0.25\"}",
					"sentry_retries_total{organization=\"default\",reason=\"not-forwarded\"} 1.0",
					"sentry_settlements_total{organization=\"default\",result=\"confirmed\"} 1.0",
					"sentry_pacing_refusals_total{method=\"POST\",organization=\"default\"} 1.0",
					"sentry_pacing_wait_seconds_count{method=\"POST\",organization=\"default\"} 4",
					"sentry_connections{organization=\"default\",state=\"in-use\"} 0.0",
					"members_connections_limit 2000.0",
					"sentry_breaker_state{organization=\"default\",state=\"closed\"} 1.0", "uri=\"/members\"",
					"http_server_requests_seconds_bucket");
		assertThat(ofPage()).isEqualTo(ofService(metrics));
		KnownMetrics known = new KnownMetrics(metrics, values(metrics));
		assertThat(queries()).hasSizeGreaterThan(20)
			.allSatisfy((query) -> assertThat(known.findUnknown(query)).as(query).isEmpty());
	}

	/** The queries of alerts, of their tests, and of the dashboards. */
	private static List<String> queries() throws IOException {
		Path directory = Path.of("deploy", "observability");
		JsonNode alerts = yaml(directory.resolve("alerts.yml"));
		JsonNode tests = yaml(directory.resolve("alerts-test.yml"));
		List<String> queries = new ArrayList<>(alerts.findValuesAsString("expr"));
		queries.addAll(tests.findValuesAsString("series"));
		try (Stream<Path> dashboards = Files.list(directory.resolve("grafana/dashboards"))) {
			for (Path dashboard : dashboards.filter((file) -> file.toString().endsWith(".json")).toList()) {
				queries.addAll(json.readTree(dashboard).findValuesAsString("expr"));
			}
		}
		return queries;
	}

	private static JsonNode yaml(Path file) throws IOException {
		return json.valueToTree(new Yaml(new SafeConstructor(new LoaderOptions())).load(Files.readString(file)));
	}

	/** All values of labels with few values, exposed or not. */
	private static Map<String, Set<String>> values(String metrics) throws IOException {
		Stream<String> problems = Arrays.stream(ProblemType.values()).map(ProblemType::slug);
		Stream<String> operations = Arrays.stream(Activity.values()).map(Activity::id);
		JsonNode api = yaml(Path.of("docs", "openapi.yaml"));
		Stream<String> changes = api.at("/components/schemas/MembersOutcome/enum")
			.valueStream()
			.map(JsonNode::stringValue);
		Stream<String> others = Stream.of("found", "listed", "replayed", "completed", "stopped");
		Stream<String> ofProblems = Arrays.stream(Outcome.values()).map(Outcome::id);
		Set<String> states = STATE.matcher(metrics)
			.results()
			.map((state) -> state.group(1))
			.collect(Collectors.toSet());
		return Map.of("problem", orNone(problems), "operation", orNone(operations), "outcome",
				orNone(Stream.of(changes, others, ofProblems).flatMap(Function.identity())), "state", states);
	}

	private static Set<String> orNone(Stream<String> values) {
		return Stream.concat(values, Stream.of("none")).collect(Collectors.toSet());
	}

	private void create(String key) {
		ApiClient.send(ApiClient.request(this.port, "/members")
			.header("Content-Type", "application/json")
			.header("X-API-Key", KEY)
			.header("Idempotency-Key", key)
			.POST(BodyPublishers.ofString(ADA))
			.build());
	}

	private static Map<String, Set<String>> ofPage() throws IOException {
		Matcher row = ROW.matcher(Files.readString(Path.of("docs/metrics.md")));
		Map<String, Set<String>> labels = new TreeMap<>();
		while (row.find()) {
			labels.put(row.group(1),
					Arrays.stream(row.group(2).replace("`", "").split(" "))
						.filter((label) -> !label.isEmpty())
						.collect(Collectors.toCollection(TreeSet::new)));
		}
		return labels;
	}

	private static Map<String, Set<String>> ofService(String metrics) {
		Matcher sample = SAMPLE.matcher(metrics);
		Map<String, Set<String>> labels = new TreeMap<>();
		while (sample.find()) {
			String name = sample.group(1).replaceAll("_(bucket|count|sum|max)$", "");
			Set<String> found = labels.computeIfAbsent(name, (_) -> new TreeSet<>());
			if (sample.group(2) != null) {
				LABEL.matcher(sample.group(2))
					.results()
					.map((label) -> label.group(1))
					.filter((label) -> !label.equals("le"))
					.forEach(found::add);
			}
		}
		return labels;
	}

}
