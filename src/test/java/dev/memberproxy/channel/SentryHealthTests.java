package dev.memberproxy.channel;

import java.util.stream.Stream;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.client.WireMock;
import com.github.tomakehurst.wiremock.http.Fault;
import dev.memberproxy.ApiClient;
import dev.memberproxy.SentryStubs;
import dev.memberproxy.WireTests;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.boot.test.web.server.LocalServerPort;

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

	/** Health shows what earlier requests have shown, of other tests too. */
	@BeforeEach
	void showThatSentryWorks() {
		SentryStubs.onGet(SentryStubs.list());
		SentryStubs.onPost(SentryStubs.created("ada@example.com", "member"));
		read();
		create();
		assertThat(status()).isEqualTo("UP");
		WireMock.reset();
	}

	@Test
	void healthWhenSentryRespondsIsUpAndSaysWhatThatProves() {
		SentryStubs.onGet(SentryStubs.list());
		read();
		assertThat(status()).isEqualTo("UP");
		assertThat(organization().path("status").stringValue()).isEqualTo("UP");
		assertThat(organization().path("proves").stringValue()).contains("member:read", "member:write", "member:admin");
		assertThat(organization().path("asOf").stringValue()).startsWith("20");
	}

	static Stream<Arguments> issues() {
		return Stream.of(
				argumentSet("expired", SentryStubs.json(401, "{\"detail\":\"Token expired\"}"), "token-refused",
						"expired"),
				argumentSet("any cause of 403", SentryStubs.json(403, FORBIDDEN), "token-not-permitted",
						"member:read or belongs to another organization, or SCIM is not enabled"),
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
	@MethodSource("issues")
	void healthWhenSentryIsNotUsableIsDownAndSaysWhy(ResponseDefinitionBuilder response, String code, String cause) {
		SentryStubs.onGet(response);
		read();
		assertThat(status()).isEqualTo("DOWN");
		JsonNode issue = organization().at("/troubles/0");
		assertThat(issue.path("code").stringValue()).isEqualTo(code);
		// The last of several attempts may have had no time left.
		assertThat(issue.path("cause").stringValue()).containsPattern(cause)
			.doesNotContain("127.0.0.1", WireTests.TOKEN);
		assertThat(issue.path("remedy").stringValue()).isNotBlank();
		assertThat(get("/actuator/health/readiness").path("status").stringValue()).isEqualTo("UP");
		assertThat(get("/actuator/health/liveness").path("status").stringValue()).isEqualTo("UP");
	}

	@Test
	void healthWhenOnlyWritingIsDeniedIsDownUntilItWorks() {
		SentryStubs.onPost(SentryStubs.json(403, FORBIDDEN), SentryStubs.created("ada@example.com", "member"));
		SentryStubs.onGet(SentryStubs.list());
		create();
		read();
		assertThat(organization().at("/troubles/0/cause").stringValue()).contains("member:write");
		create();
		assertThat(organization().path("status").stringValue()).isEqualTo("UP");
	}

	private void create() {
		ApiClient.post(this.port, "/members", "{\"userName\":\"ada@example.com\"}");
	}

	private void read() {
		ApiClient.get(this.port, "/members?userName=ada@example.com");
	}

	private String status() {
		return sentry().path("status").stringValue();
	}

	private JsonNode organization() {
		return sentry().at("/details/default");
	}

	private JsonNode sentry() {
		return get("/actuator/health").at("/components/sentry");
	}

	private JsonNode get(String path) {
		return ApiClient.json(ApiClient.get(this.managementPort, path));
	}

}
