package dev.memberproxy.members;

import java.net.http.HttpResponse;
import java.util.stream.Stream;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import dev.memberproxy.ApiClient;
import dev.memberproxy.Expect;
import dev.memberproxy.SentryStubs;
import dev.memberproxy.WireTests;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/** The existing member in the response to a create request. */
@WireTests
class ExistingMemberTests {

	private static final String ADA = "ada@example.com";

	private static final String EXISTS = "{\"detail\":\"User already exists in the database.\"}";

	private static final String INVITED = "{\"detail\":\"{\\\"email\\\":[\\\"The user x has already been invited\\\"]}\"}";

	@LocalServerPort
	int port;

	@DynamicPropertySource
	static void slowOrganization(DynamicPropertyRegistry registry) {
		registry.add("sentry.organizations.slow.base-url", () -> "${sentry.base-url}");
		registry.add("sentry.organizations.slow.slug", () -> "acme");
		registry.add("sentry.organizations.slow.token", () -> WireTests.TOKEN);
		registry.add("sentry.organizations.slow.pacing.requests-per-second", () -> "1");
	}

	static Stream<Arguments> exists() {
		return Stream.of(arguments(SentryStubs.json(409, EXISTS), "member-exists"),
				arguments(SentryStubs.json(400, INVITED), "member-already-invited"));
	}

	@ParameterizedTest
	@MethodSource("exists")
	void createWhenMemberExistsReturnsTheMember(ResponseDefinitionBuilder exists, String slug) {
		SentryStubs.onPost(exists);
		SentryStubs.onGet(SentryStubs.list(SentryStubs.user("1", "lovelace@example.com", "admin"),
				SentryStubs.user("242", "Ada@Example.com", "owner")));
		HttpResponse<String> response = create();
		JsonNode problem = Expect.problem(response, 409, slug);
		assertThat(problem.path("member").toString()).isEqualTo("{\"id\":\"242\",\"sentryOrgRole\":\"owner\"}");
		assertThat(response.body()).doesNotContain("lovelace", "ada@", "Ada@");
		assertThat(SentryStubs.calls()).containsExactly("POST", "GET");
	}

	static Stream<Arguments> failedLookups() {
		return Stream.of(argumentSet("none", SentryStubs.list()),
				argumentSet("another address",
						SentryStubs.list(SentryStubs.user("1", "lovelace@example.com", "admin"))),
				argumentSet("several",
						SentryStubs.list(SentryStubs.user("1", ADA, "admin"), SentryStubs.user("2", ADA, "admin"))),
				argumentSet("rejected", SentryStubs.json(403, "{\"detail\":\"no\"}")),
				argumentSet("broken", SentryStubs.json(502, "")), argumentSet("no list", SentryStubs.json(200, "{}")),
				argumentSet("late", aResponse().withStatus(200).withFixedDelay(1_000)));
	}

	@ParameterizedTest
	@MethodSource("failedLookups")
	void createWhenLookupFailsReturnsConflictWithoutMember(ResponseDefinitionBuilder lookup) {
		SentryStubs.onPost(SentryStubs.json(409, EXISTS));
		SentryStubs.onGet(lookup);
		HttpResponse<String> response = create();
		JsonNode problem = Expect.problem(response, 409, "member-exists");
		assertThat(problem.has("member")).isFalse();
		assertThat(problem.path("upstream").path("status").intValue()).isEqualTo(409);
		assertThat(response.body()).doesNotContain("lovelace");
		assertThat(SentryStubs.calls()).containsExactly("POST", "GET");
	}

	@Test
	void createWhenLookupWouldWaitReturnsConflictWithoutMember() {
		SentryStubs.onPost(SentryStubs.json(409, EXISTS));
		SentryStubs.onGet(SentryStubs.list(SentryStubs.user("242", ADA, "member")));
		Awaitility.await()
			.until(() -> ApiClient.get(this.port, "/organizations/slow/members?userName=grace@example.com")
				.statusCode(), (status) -> status == 200);
		int gets = SentryStubs.gets();
		JsonNode problem = Expect.problem(
				ApiClient.post(this.port, "/organizations/slow/members", "{\"userName\":\"ada@example.com\"}"), 409,
				"member-exists");
		assertThat(problem.has("member")).isFalse();
		assertThat(SentryStubs.gets()).isEqualTo(gets);
	}

	@Test
	void createWhenExistingMemberHasNoRoleOmitsIt() {
		SentryStubs.onPost(SentryStubs.json(409, EXISTS));
		SentryStubs.onGet(SentryStubs.list("{\"id\":\"242\",\"userName\":\"ada@example.com\"}"));
		assertThat(ApiClient.json(create()).path("member").toString()).isEqualTo("{\"id\":\"242\"}");
	}

	@Test
	void createWhenSentryAssignsAnotherRoleWarns() {
		SentryStubs.onPost(SentryStubs.created(ADA, "member"));
		JsonNode member = Expect.change(create(), 201, "created");
		assertThat(member.path("sentryOrgRole").stringValue()).isEqualTo("member");
		assertThat(member.path("warnings")).hasSize(1);
		assertThat(member.path("warnings").path(0).path("code").stringValue()).isEqualTo("role-differs");
		assertThat(SentryStubs.calls()).containsExactly("POST");
	}

	private HttpResponse<String> create() {
		return ApiClient.post(this.port, "/members",
				"{\"userName\":\"ada@example.com\",\"sentryOrgRole\":\"manager\"}");
	}

}
