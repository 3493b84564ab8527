package dev.memberproxy.members;

import java.net.http.HttpResponse;
import java.util.stream.Stream;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import dev.memberproxy.ApiClient;
import dev.memberproxy.Expect;
import dev.memberproxy.SentryStubs;
import dev.memberproxy.WireTests;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.test.web.server.LocalServerPort;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

@WireTests
class ReadMemberTests {

	private static final String ADA = "ada@example.com";

	private static final String HTML = "<html>\r\n<head><title>502 Bad Gateway</title></head></html>";

	@LocalServerPort
	int port;

	@ParameterizedTest
	@ValueSource(strings = { "/members/242", "/members/ada%40example.com", "/members/ada%40example%2Ecom",
			"/organizations/default/members/242", "/organizations/default/members/ada%40example.com" })
	void readReturnsMemberWithKnownFields(String path) {
		String user = SentryStubs.user("242", ADA, "owner").replace("\"active\"", "\"secret\":\"x\",\"active\"");
		SentryStubs.onGetById("242", SentryStubs.json(200, user).withHeader("X-Sentry-Rate-Limit-Limit", "40"));
		SentryStubs.onGet(SentryStubs.list(user).withHeader("X-Sentry-Rate-Limit-Limit", "40"));
		HttpResponse<String> response = ApiClient.get(this.port, path);
		Expect.reading(response);
		assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
		assertThat(response.headers().firstValue("X-Sentry-Rate-Limit-Limit")).isEmpty();
		assertThat(response.body()).isEqualTo("""
				{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"id":"242","userName":"ada@example.com",\
				"name":{"givenName":"N/A","familyName":"N/A"},"emails":[{"value":"ada@example.com","primary":true,\
				"type":"work"}],"active":true,"sentryOrgRole":"owner","meta":{"resourceType":"User"}}""");
		assertThat(SentryStubs.calls()).hasSize(1);
	}

	@Test
	void readWhenSentryOmitsFieldsOmitsThem() {
		SentryStubs.onGetById("242", SentryStubs.json(200, "{\"id\":\"242\"}"));
		assertThat(ApiClient.get(this.port, "/members/242").body()).isEqualTo(
				"""
						{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"id":"242","meta":{"resourceType":"User"}}""");
	}

	@ParameterizedTest
	@CsvSource({ "application/scim+json, application/scim+json", "*/*, application/json",
			"application/json;charset=utf-8, application/json",
			"'application/scim+json;v=2;q=0.5, application/json;q=0.4', application/scim+json",
			"'application/problem+json, application/json', application/json",
			"'application/scim+json, application/json', application/scim+json",
			"'application/scim+json, */*', application/scim+json",
			"'application/json;q=0.1, */*', application/scim+json",
			"'application/json;q=0, */*', application/scim+json",
			"'application/scim+json;q=0.5, application/json;q=0.4', application/scim+json",
			"'application/scim+json;q=0.4, application/*;q=0.5', application/json" })
	void readReturnsTheAcceptedMediaType(String accept, String expected) {
		SentryStubs.onGetById("242", SentryStubs.member("242", ADA, "member"));
		HttpResponse<String> response = ApiClient
			.send(ApiClient.request(this.port, "/members/242").header("Accept", accept).build());
		Expect.reading(response);
		assertThat(response.headers().firstValue("Content-Type")).contains(expected);
	}

	/** The role would be written to the log unchanged. */
	@ParameterizedTest
	@ValueSource(strings = { "member\\nFORGED", "two words", "a=b", "" })
	void readWhenRoleIsImplausibleOmitsIt(String role) {
		SentryStubs.onGetById("242", SentryStubs.member("242", ADA, role));
		JsonNode member = Expect.reading(ApiClient.get(this.port, "/members/242"));
		assertThat(member.has("sentryOrgRole")).isFalse();
	}

	@Test
	void readWhenMediaTypeIsNotAcceptableSendsNothing() {
		HttpResponse<String> response = ApiClient
			.send(ApiClient.request(this.port, "/members/242").header("Accept", "text/html").build());
		Expect.problem(response, 406, "not-acceptable");
		assertThat(response.headers().firstValue("Accept")).isEmpty();
		assertThat(SentryStubs.calls()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "dryRun=true", "userName=ada@example.com", "count=1", "attributes=id", "x" })
	void readWithQueryParametersIsInvalid(String query) {
		JsonNode problem = Expect.problem(ApiClient.get(this.port, "/members/242?" + query), 400, "invalid-request");
		assertThat(Expect.errors(problem)).singleElement().asString().endsWith(":unknown-parameter");
		assertThat(SentryStubs.calls()).isEmpty();
	}

	static Stream<Arguments> rejections() {
		return Stream.of(arguments(401, "{\"detail\":\"Invalid token\"}", "sentry-credentials-refused"),
				arguments(403, "{\"detail\":\"You do not have permission to perform this action.\"}",
						"sentry-credentials-refused"),
				arguments(301, "", "sentry-misconfigured"), arguments(302, HTML, "sentry-misconfigured"),
				arguments(405, "{\"detail\":\"Method \\\"GET\\\" not allowed.\"}", "sentry-misconfigured"),
				arguments(414, HTML, "sentry-misconfigured"), arguments(200, HTML, "sentry-misconfigured"));
	}

	@ParameterizedTest
	@MethodSource("rejections")
	void readWhenSentryRejectsIsNotRetried(int status, String body, String slug) {
		SentryStubs.onGetById("242", SentryStubs.json(status, body).withHeader("Location", "/auth/login/"));
		JsonNode problem = Expect.problem(ApiClient.get(this.port, "/members/242"), 502, slug);
		assertThat(problem.path("upstream").path("status").intValue()).isEqualTo(status);
		assertThat(SentryStubs.calls()).containsExactly("GET /242");
	}

	static Stream<Arguments> noAnswers() {
		return Stream.of(arguments(SentryStubs.json(408, "{}")),
				arguments(SentryStubs.json(500, "{\"detail\":\"Internal Error\",\"errorId\":null}")),
				arguments(SentryStubs.json(502, HTML)), arguments(SentryStubs.json(503, HTML)),
				arguments(SentryStubs.json(503, """
						{"error":"apigateway","detail":"Downstream service temporarily unavailable"}""")),
				arguments(SentryStubs.json(504, "")), arguments(SentryStubs.json(200, "")),
				arguments(SentryStubs.json(200, "[]")), arguments(SentryStubs.json(200, "{\"id\":242}")),
				arguments(SentryStubs.json(200, "{\"id\":\"24")),
				arguments(SentryStubs.json(201, SentryStubs.user("242", ADA, "member"))),
				arguments(SentryStubs.json(200, "{\"id\":\"1\",\"x\":\"" + "a".repeat(70_000) + "\"}")),
				arguments(aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER)),
				arguments(aResponse().withFault(Fault.EMPTY_RESPONSE)),
				arguments(SentryStubs.member("242", ADA, "member").withFixedDelay(1_500)));
	}

	@ParameterizedTest
	@MethodSource("noAnswers")
	void readWhenSentryDoesNotRespondIsRetried(ResponseDefinitionBuilder noResponse) {
		SentryStubs.onGetById("242", noResponse, SentryStubs.member("242", ADA, "member"));
		assertThat(Expect.reading(ApiClient.get(this.port, "/members/242")).path("id").stringValue()).isEqualTo("242");
		assertThat(SentryStubs.calls()).containsExactly("GET /242", "GET /242");
	}

}
