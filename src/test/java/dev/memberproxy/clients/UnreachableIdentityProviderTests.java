package dev.memberproxy.clients;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;

import dev.memberproxy.Call;
import dev.memberproxy.SentryStubs;
import dev.memberproxy.WireTests;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/** Tokens of an identity provider that has never been reached. */
@WireTests
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
	void createWhenTokenCannotBeVerifiedWasCertainlyNotApplied() {
		HttpResponse<String> response = create("Bearer a.b.c");
		assertThat(response.statusCode()).isEqualTo(500);
		JsonNode problem = Call.json(response);
		assertThat(problem.path("type").stringValue()).isEqualTo("/problems/internal-error");
		assertThat(problem.path("outcome").stringValue()).isEqualTo("not_applied");
		assertThat(SentryStubs.posts()).isZero();
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
