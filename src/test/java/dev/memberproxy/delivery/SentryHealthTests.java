package dev.memberproxy.delivery;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.client.WireMock;
import com.github.tomakehurst.wiremock.http.Fault;
import dev.memberproxy.Call;
import dev.memberproxy.SentryStubs;
import dev.memberproxy.WireTests;
import dev.memberproxy.core.AttemptObserver;
import dev.memberproxy.delivery.Line.Standing;
import dev.memberproxy.organizations.Organizations;
import dev.memberproxy.sentry.Answer;
import dev.memberproxy.sentry.Failure;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.tracing.Tracer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.http.HttpMethod;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

@WireTests
class SentryHealthTests {

	private static final String FORBIDDEN = "{\"detail\":\"You do not have permission to perform this action.\"}";

	@LocalServerPort
	int port;

	@LocalManagementPort
	int managementPort;

	@Autowired
	Organizations organizations;

	/** What calls have shown stays in mind, until they show otherwise. */
	@BeforeEach
	void showThatAllIsWell() {
		SentryStubs.onGet(SentryStubs.list());
		SentryStubs.onPost(SentryStubs.created("ada@example.com", "member"));
		read();
		create();
		assertThat(sentry().path("status").stringValue()).isEqualTo("UP");
		WireMock.reset();
	}

	@Test
	void healthWhenSentryWasNotCalledIsUnknown() {
		assertThat(health(line()).getStatus()).isEqualTo(Status.UNKNOWN);
	}

	/** A line of its own, since the breaker of the service would stay open for others. */
	@Test
	void healthWhenNoConnectionCanBeMadeIsDownAndSaysWhenSentryIsLeftInPeace() {
		Line line = line();
		fail(line, new Failure.NotSent("No connection could be made.", false));
		assertThat(health(line).getStatus()).isEqualTo(Status.DOWN);
		assertThat(codes(line)).containsExactly("unreachable");
		for (int i = 1; i < 10; i++) {
			fail(line, new Failure.NotSent("No connection could be made.", false));
		}
		assertThat(health(line).getStatus()).isEqualTo(Status.DOWN);
		assertThat(codes(line)).containsExactly("circuit-open", "unreachable");
	}

	@Test
	void healthWhenSentryAnswersIsUpAndSaysWhatThatProves() {
		SentryStubs.onGet(SentryStubs.list());
		read();
		assertThat(sentry().path("status").stringValue()).isEqualTo("UP");
		assertThat(organization().path("status").stringValue()).isEqualTo("UP");
		assertThat(organization().path("proves").stringValue()).contains("member:read", "member:write", "member:admin");
		assertThat(organization().path("asOf").stringValue()).startsWith("20");
	}

	static Stream<Arguments> troubles() {
		return Stream.of(
				argumentSet("expired", SentryStubs.json(401, "{\"detail\":\"Token expired\"}"), "token-refused",
						"expired"),
				argumentSet("any cause of 403", SentryStubs.json(403, FORBIDDEN), "token-not-permitted",
						"member:read or belongs to another organization, or SCIM is not switched on"),
				argumentSet("scope", SentryStubs.json(403, FORBIDDEN)
					.withHeader("WWW-Authenticate", "Bearer error=\"insufficient_scope\", scope=\"member:read\""),
						"token-not-permitted", "lacks the scope member:read."),
				argumentSet("slug", SentryStubs.json(404, "{\"detail\":\"The requested resource does not exist\"}"),
						"misconfigured", "slug, region"),
				argumentSet("page",
						aResponse().withStatus(200).withHeader("Content-Type", "text/html").withBody("<html>"),
						"misconfigured", "web page"),
				argumentSet("broken", aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER), "failing",
						"broke|in time"),
				argumentSet("gateway", aResponse().withStatus(502), "failing", "failed|in time"), argumentSet("limited",
						SentryStubs.json(429, "").withHeader("Retry-After", "1"), "rate-limited", "rate limit"));
	}

	@ParameterizedTest
	@MethodSource("troubles")
	void healthWhenSentryCannotBeUsedIsDownAndSaysWhy(ResponseDefinitionBuilder answer, String code, String cause) {
		SentryStubs.onGet(answer);
		read();
		assertThat(sentry().path("status").stringValue()).isEqualTo("DOWN");
		JsonNode trouble = organization().path("troubles").path(0);
		assertThat(trouble.path("code").stringValue()).isEqualTo(code);
		// The last of several attempts may have had no time left.
		assertThat(trouble.path("cause").stringValue()).containsPattern(cause)
			.doesNotContain("127.0.0.1", WireTests.TOKEN);
		assertThat(trouble.path("remedy").stringValue()).isNotBlank();
		assertThat(get("/actuator/health/readiness").path("status").stringValue()).isEqualTo("UP");
		assertThat(get("/actuator/health/liveness").path("status").stringValue()).isEqualTo("UP");
	}

	@Test
	void healthWhenOnlyWritingIsRefusedIsDownUntilItWorks() {
		SentryStubs.onPost(SentryStubs.json(403, FORBIDDEN), SentryStubs.created("ada@example.com", "member"));
		SentryStubs.onGet(SentryStubs.list());
		create();
		read();
		assertThat(organization().at("/troubles/0/cause").stringValue()).contains("member:write");
		create();
		assertThat(organization().path("status").stringValue()).isEqualTo("UP");
	}

	@Test
	void healthWhenSentryRefusesOneMemberIsUp() {
		SentryStubs.onPost(SentryStubs.json(409, "{\"detail\":\"User already exists in the database.\"}"));
		SentryStubs.onGet(SentryStubs.list());
		create();
		assertThat(organization().path("status").stringValue()).isEqualTo("UP");
	}

	private Line line() {
		return new Line(this.organizations.all().iterator().next(), null, System::nanoTime, Clock.systemUTC(),
				new SimpleMeterRegistry(), Tracer.NOOP);
	}

	private static void fail(Line line, Failure failure) {
		line.send(
				new dev.memberproxy.delivery.Call<>(HttpMethod.GET, "anybody",
						(_, _, _, _, _) -> new Answer.Failed<>(failure)),
				Deadline.in(Duration.ofSeconds(5), System::nanoTime), Standing.NEW, AttemptObserver.NONE);
	}

	private Health health(Line line) {
		return new SentryHealth(new Lines(Map.of(this.organizations.all().iterator().next(), line))).health();
	}

	private List<String> codes(Line line) {
		Map<?, ?> details = (Map<?, ?>) health(line).getDetails().get("default");
		return ((List<?>) details.get("troubles")).stream().map((trouble) -> ((Trouble) trouble).code().id()).toList();
	}

	private void create() {
		Call.post(this.port, "/members", "{\"userName\":\"ada@example.com\"}");
	}

	private void read() {
		Call.send(Call.request(this.port, "/members?userName=ada@example.com").GET().build());
	}

	private JsonNode organization() {
		return sentry().path("details").path("default");
	}

	private JsonNode sentry() {
		return get("/actuator/health").path("components").path("sentry");
	}

	private JsonNode get(String path) {
		return Call.json(Call.send(Call.request(this.managementPort, path).GET().build()));
	}

}
