package dev.memberproxy.clients;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.Date;

import com.nimbusds.jwt.JWTClaimsSet;
import dev.memberproxy.ApiClient;
import dev.memberproxy.Expect;
import dev.memberproxy.SentryStubs;
import dev.memberproxy.WireTests;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/** Tokens of an identity provider that was never reached. */
@WireTests
@ExtendWith(OutputCaptureExtension.class)
class UnreachableIdentityProviderTests {

	private static final String KEY = "smp_portal-key";

	/** No server listens there. */
	private static final String ISSUER = "http://127.0.0.1:1";

	@LocalServerPort
	int port;

	@LocalManagementPort
	int managementPort;

	@DynamicPropertySource
	static void clients(DynamicPropertyRegistry registry) {
		registry.add("members.access", () -> "clients");
		registry.add("members.clients.portal.key-sha256", () -> KeyDigests.hex(KEY));
		registry.add("members.jwt.issuer", () -> ISSUER);
		registry.add("members.jwt.audience", () -> "sentry-member-proxy");
	}

	@Test
	void createWhenTokenCannotBeVerifiedIsNotApplied(CapturedOutput output) {
		String token = token();
		HttpResponse<String> response = create("Bearer " + token);
		JsonNode problem = Expect.problem(response, 503, "identity-provider-unavailable");
		assertThat(problem.path("retryable").booleanValue()).isTrue();
		assertThat(response.headers().firstValue("Retry-After")).contains("30");
		assertThat(SentryStubs.posts()).isZero();
		assertThat(output.getAll().lines().filter((line) -> line.contains(problem.path("requestId").stringValue())))
			.satisfiesOnlyOnce((line) -> assertThat(line).contains("ERROR", "503 identity-provider-unavailable",
					"No connection to the identity provider could be made"));
		assertThat(output.getAll()).doesNotContain(token, "\tat dev.memberproxy");
	}

	@Test
	void healthWhenProviderWasNeverReachedIsDownWithCause() {
		create("Bearer " + token());
		HttpResponse<String> health = ApiClient.get(this.managementPort, "/actuator/health");
		assertThat(health.statusCode()).isEqualTo(503);
		JsonNode component = JsonMapper.shared().readTree(health.body()).at("/components/identityProvider");
		assertThat(component.path("status").stringValue()).isEqualTo("DOWN");
		assertThat(component.at("/details/reachable").booleanValue()).isFalse();
		assertThat(component.at("/details/cause").stringValue()).startsWith("No connection");
		assertThat(component.at("/details/remedy").stringValue()).startsWith("Check the identity provider");
		assertThat(component.toString()).doesNotContain("localhost", "127.0.0.1");
		assertThat(ApiClient.get(this.managementPort, "/actuator/health/readiness").statusCode()).isEqualTo(200);
	}

	@Test
	void createWhenKeyIsGoodPasses() {
		SentryStubs.onPost(SentryStubs.created("ada@example.com", "member"));
		assertThat(create("Bearer " + KEY).statusCode()).isEqualTo(201);
	}

	private static String token() {
		return IdentityProviderServer.sign(IdentityProviderServer.rsaKey("one"),
				new JWTClaimsSet.Builder().issuer(ISSUER)
					.audience("sentry-member-proxy")
					.claim("azp", "portal")
					.expirationTime(Date.from(Instant.now().plusSeconds(60)))
					.build(),
				(_) -> {
				});
	}

	private HttpResponse<String> create(String authorization) {
		return ApiClient.send(ApiClient.request(this.port, "/members")
			.header("Authorization", authorization)
			.header("Content-Type", "application/json")
			.POST(BodyPublishers.ofString("{\"userName\":\"ada@example.com\",\"sentryOrgRole\":\"member\"}"))
			.build());
	}

}
