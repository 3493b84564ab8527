package dev.memberproxy.members;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

import com.github.tomakehurst.wiremock.http.HttpHeader;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import dev.memberproxy.ApiClient;
import dev.memberproxy.RawClient;
import dev.memberproxy.SentryStubs;
import dev.memberproxy.WireTests;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.web.server.LocalServerPort;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.findAll;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.stubFor;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

@WireTests
class CreateMemberTests {

	private static final String USER = """
			{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"id":"242","userName":"ada@example.com",\
			"name":{"givenName":"N/A","familyName":"N/A"},"emails":[{"primary":true,"value":"ada@example.com",\
			"type":"work"}],"meta":{"resourceType":"User"},"sentryOrgRole":"manager","active":true,"secret":"x"}""";

	@LocalServerPort
	int port;

	@Test
	void createWhenSentryReturnsMemberReturnsMember() {
		stubPost(201, USER);
		HttpResponse<String> response = ApiClient.post(this.port, "/members",
				"{\"userName\":\"ada@example.com\",\"sentryOrgRole\":\"manager\"}");
		assertThat(response.statusCode()).isEqualTo(201);
		assertThat(response.headers().firstValue("Location")).contains("/members/242");
		assertThat(response.headers().firstValue("Members-Outcome")).contains("created");
		assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
		assertThat(response.headers().firstValue("X-Sentry-Rate-Limit-Limit")).isEmpty();
		assertThat(response.body()).isEqualTo("""
				{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"id":"242","userName":"ada@example.com",\
				"name":{"givenName":"N/A","familyName":"N/A"},"emails":[{"value":"ada@example.com","primary":true,\
				"type":"work"}],"active":true,"sentryOrgRole":"manager","meta":{"resourceType":"User"},\
				"outcome":"created"}""");
	}

	@Test
	void createSendsOneRequestWithoutHeadersOfTheCaller() {
		stubPost(201, USER);
		ApiClient.send(ApiClient.request(this.port, "/members")
			.header("Content-Type", "application/scim+json")
			.header("Cookie", "session=1")
			.header("Origin", "https://evil.example.com")
			.header("X-Forwarded-For", "10.0.0.1")
			.POST(BodyPublishers.ofString("{\"userName\":\" Ada@Example.COM \",\"sentryOrgRole\":\"MANAGER\"}"))
			.build());
		LoggedRequest request = onlyRequest();
		assertThat(request.getMethod().getName()).isEqualTo("POST");
		assertThat(request.getUrl()).isEqualTo(WireTests.USERS);
		assertThat(request.getBodyAsString()).isEqualTo("""
				{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"ada@example.com",\
				"sentryOrgRole":"manager"}""");
		Set<String> names = request.getHeaders()
			.all()
			.stream()
			.map(HttpHeader::key)
			.map((name) -> name.toLowerCase(Locale.ROOT))
			.collect(Collectors.toSet());
		assertThat(names).containsExactlyInAnyOrder("authorization", "accept", "content-type", "host", "content-length",
				"connection", "user-agent");
		assertThat(request.getHeader("Authorization")).isEqualTo("Bearer " + WireTests.TOKEN);
		assertThat(request.getHeader("Content-Type")).isEqualTo("application/json");
		assertThat(request.getHeader("Accept")).isEqualTo("application/json");
		assertThat(request.getHeader("User-Agent")).isEqualTo("sentry-member-proxy");
		assertThat(request.getHeader("Connection")).isEqualTo("keep-alive");
	}

	@Test
	void createWhenSentryOmitsActiveOmitsIt() {
		stubPost(201, USER.replace(",\"active\":true", ""));
		HttpResponse<String> response = ApiClient.post(this.port, "/members", "{\"userName\":\"ada@example.com\"}");
		assertThat(ApiClient.json(response).has("active")).isFalse();
		assertThat(ApiClient.json(response).path("id").stringValue()).isEqualTo("242");
	}

	@Test
	void createSendsOtherAttributesUnchanged() {
		stubPost(201, USER);
		ApiClient.post(this.port, "/members", """
				{"schemas":["x"],"userName":"ada@example.com","name":{"givenName":"Ada"},"n":1.10,"big":1e400,\
				"long":123456789012345678901234567890,"nil":null,"sentryOrgRole":null}""");
		assertThat(onlyRequest().getBodyAsString())
			.containsSubsequence("\"name\"", "\"n\"", "\"big\"", "\"long\"", "\"nil\"")
			.startsWith("{\"schemas\":[\"x\"],\"userName\":\"ada@example.com\"")
			.contains("\"name\":{\"givenName\":\"Ada\"}", "\"n\":1.10", "\"big\":1E+400",
					"\"long\":123456789012345678901234567890", "\"nil\":null")
			.doesNotContain("sentryOrgRole");
	}

	@ParameterizedTest
	@ValueSource(strings = { "/members", "/organizations/default/members" })
	void createWithAliasKeepsPrefixInLocation(String path) {
		stubPost(201, USER);
		HttpResponse<String> response = ApiClient.post(this.port, path, "{\"userName\":\"ada@example.com\"}");
		assertThat(response.headers().firstValue("Location")).contains(path + "/242");
	}

	@Test
	void createWhenAliasIsUnknownSendsNothing() {
		HttpResponse<String> response = ApiClient.post(this.port, "/organizations/nope/members",
				"{\"userName\":\"ada@example.com\"}");
		assertThat(response.statusCode()).isEqualTo(404);
		assertThat(ApiClient.json(response).path("type").stringValue()).isEqualTo("/problems/organization-not-found");
		assertThat(findAll(anyRequestedFor(anyUrl()))).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { ".", "..", "%2e%2e", "%2E%2E%2F", "%2f", "acme%2F..", "a/../../x", "a/..;/x",
			"@evil.example", "default@evil.example", "a.evil.example", "default.evil.example", "default%00",
			"default%20", "default%3B", "default%23", "default%3F", "default\\..", "default%5C..", "%EF%BC%8E%EF%BC%8E",
			"\uFF0E\uFF0E", "%252e%252e", "default/../default/..", "DEFAULT", "https://evil.example", "" })
	void createWhenAliasIsHostileSendsNothing(String alias) throws IOException {
		String body = "{\"userName\":\"ada@example.com\"}";
		String response = RawClient.call(this.port,
				"POST /organizations/" + new String(alias.getBytes(UTF_8), ISO_8859_1)
						+ "/members HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\n"
						+ "Content-Length: " + body.length() + "\r\n\r\n" + body);
		assertThat(response).startsWith("HTTP/1.1 4").contains("application/problem+json");
		assertThat(findAll(anyRequestedFor(anyUrl()))).isEmpty();
	}

	@ParameterizedTest
	@CsvSource({ "application/scim+json, application/scim+json", "*/*, application/json",
			"'application/problem+json, application/json', application/json" })
	void createReturnsTheAcceptedMediaType(String accept, String expected) {
		stubPost(201, USER);
		HttpResponse<String> response = ApiClient.send(ApiClient.request(this.port, "/members")
			.header("Content-Type", "application/json")
			.header("Accept", accept)
			.POST(BodyPublishers.ofString("{\"userName\":\"ada@example.com\"}"))
			.build());
		assertThat(response.statusCode()).isEqualTo(201);
		assertThat(response.headers().firstValue("Content-Type")).contains(expected);
	}

	private static void stubPost(int status, String body) {
		stubFor(post(WireTests.USERS).willReturn(aResponse().withStatus(status)
			.withHeader("Content-Type", "application/json")
			.withHeader("X-Sentry-Rate-Limit-Limit", "40")
			.withBody(body)));
	}

	private static LoggedRequest onlyRequest() {
		return assertThat(findAll(anyRequestedFor(anyUrl()))).singleElement().actual();
	}

	/** The same as with access by clients, so that a demo shows the mistake. */
	@ParameterizedTest
	@CsvSource({ "Bearer one, one, 201", "Basic b25lOnR3bw==, one, 201", "Bearer one, other, 400" })
	void createWhenAccessIsOpenRejectsDifferingCredentials(String authorization, String key, int status) {
		SentryStubs.onPost(SentryStubs.created("lovelace@example.com", "member"));
		HttpResponse<String> response = ApiClient.send(ApiClient.request(this.port, "/members")
			.header("Authorization", authorization)
			.header("X-API-Key", key)
			.header("Content-Type", "application/json")
			.POST(BodyPublishers.ofString("{\"userName\":\"lovelace@example.com\"}"))
			.build());
		assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
	}

}
