package dev.memberproxy.clients;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;

import dev.memberproxy.Call;
import dev.memberproxy.Expect;
import dev.memberproxy.SentryStubs;
import dev.memberproxy.WireTests;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/** Tokens of an identity provider that has never been reached. */
@WireTests
@ExtendWith(OutputCaptureExtension.class)
class UnreachableIdentityProviderTests {

	private static final String KEY = "smp_portal-key";

	@LocalServerPort
	int port;

	@DynamicPropertySource
	static void clients(DynamicPropertyRegistry registry) {
		registry.add("members.access", () -> "clients");
		registry.add("members.clients.portal.key-sha256", () -> KeyDigests.hex(KEY));
		// Has none of the pages that the issuer would be asked for.
		registry.add("members.jwt.issuer", () -> "${sentry.base-url}");
		registry.add("members.jwt.audience", () -> "sentry-member-proxy");
	}

	@Test
	void createWhenTokenCannotBeVerifiedWasCertainlyNotApplied(CapturedOutput output) {
		HttpResponse<String> response = create("Bearer a.b.c");
		JsonNode problem = Expect.problem(response, 503, "identity-provider-unavailable");
		assertThat(problem.path("retryable").booleanValue()).isTrue();
		assertThat(response.headers().firstValue("Retry-After")).contains("10");
		assertThat(SentryStubs.posts()).isZero();
		assertThat(output.getAll().lines().filter((line) -> line.contains(problem.path("requestId").stringValue())))
			.satisfiesOnlyOnce((line) -> assertThat(line).contains("ERROR", "503 identity-provider-unavailable",
					"Unable to resolve the Configuration with the provided Issuer"));
		assertThat(output.getAll()).doesNotContain("a.b.c", "\tat dev.memberproxy", "JwtDecoder");
	}

	@Test
	void createWhenKeyIsGoodPasses() {
		SentryStubs.onPost(SentryStubs.created("ada@example.com", "member"));
		assertThat(create("Bearer " + KEY).statusCode()).isEqualTo(201);
	}

	private HttpResponse<String> create(String authorization) {
		return Call.send(Call.request(this.port, "/members")
			.header("Authorization", authorization)
			.header("Content-Type", "application/json")
			.POST(BodyPublishers.ofString("{\"userName\":\"ada@example.com\",\"sentryOrgRole\":\"member\"}"))
			.build());
	}

}
