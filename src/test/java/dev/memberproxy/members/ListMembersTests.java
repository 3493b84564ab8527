package dev.memberproxy.members;

import java.net.http.HttpResponse;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
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

import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.findAll;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

@WireTests
class ListMembersTests {

	private static final String ADA = "ada@example.com";

	@LocalServerPort
	int port;

	@Test
	void searchReturnsListOfKnownFields() {
		String user = SentryStubs.user("242", "Ada@example.com", "member").replace("\"meta\"", "\"x\":1,\"meta\"");
		SentryStubs.onGet(SentryStubs.json(200, """
				{"schemas":["urn:x"],"totalResults":7,"startIndex":3,"itemsPerPage":9,"secret":true,"Resources":[%s]}"""
			.formatted(user)));
		HttpResponse<String> response = ApiClient.get(this.port, "/members?userName=ada@example.com");
		Expect.reading(response);
		assertThat(response.body()).isEqualTo("""
				{"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],"totalResults":1,"startIndex":1,\
				"itemsPerPage":1,"Resources":[{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"id":"242",\
				"userName":"Ada@example.com","name":{"givenName":"N/A","familyName":"N/A"},\
				"emails":[{"value":"Ada@example.com","primary":true,"type":"work"}],"active":true,\
				"sentryOrgRole":"member","meta":{"resourceType":"User"}}]}""");
		assertThat(response.headers().firstValue("Link")).isEmpty();
		assertThat(urlOfOnlyCall())
			.isEqualTo(WireTests.USERS + "?startIndex=1&count=100&filter=userName%20eq%20%22ada%40example.com%22");
	}

	static Stream<Arguments> searches() {
		String ada = SentryStubs.user("1", ADA, "member");
		String other = SentryStubs.user("2", "lovelace@example.com", "member");
		String again = SentryStubs.user("3", "ADA@example.com", "manager");
		return Stream.of(arguments(SentryStubs.list(), ""), arguments(SentryStubs.list(other), ""),
				arguments(SentryStubs.list(other, ada), "1"), arguments(SentryStubs.list(ada, other, again), "1 3"));
	}

	@ParameterizedTest
	@MethodSource("searches")
	void searchReturnsOnlyMembersWithTheAddress(ResponseDefinitionBuilder found, String ids) {
		SentryStubs.onGet(found);
		HttpResponse<String> response = ApiClient.get(this.port, "/members?userName=Ada%40Example.COM");
		assertThat(ids(Expect.reading(response))).isEqualTo(ids);
		assertThat(ApiClient.json(response).path("Resources").isArray()).isTrue();
		assertThat(ApiClient.json(response).path("totalResults").intValue())
			.isEqualTo(ApiClient.json(response).path("Resources").size());
		assertThat(response.body()).doesNotContain("lovelace");
	}

	@ParameterizedTest
	@ValueSource(strings = { "ada+l@example.com", "ada%20l@example.com", "+ada@example.com", "ada@example.com+" })
	void searchWhenAddressHasBlankExplainsPlus(String address) {
		JsonNode problem = Expect.problem(ApiClient.get(this.port, "/members?userName=" + address), 400,
				"invalid-request");
		assertThat(Expect.errors(problem)).containsExactly("userName:invalid-address");
		assertThat(problem.path("errors").path(0).path("detail").stringValue()).contains("'+'", "%2B");
		assertThat(SentryStubs.calls()).isEmpty();
	}

	@Test
	void searchWhenPlusIsEncodedSearchesForIt() {
		SentryStubs.onGet(SentryStubs.list(SentryStubs.user("1", "ada+l@example.com", "member")));
		assertThat(ids(Expect.reading(ApiClient.get(this.port, "/members?userName=ada%2Bl@example.com"))))
			.isEqualTo("1");
		assertThat(urlOfOnlyCall()).endsWith("%22ada%2Bl%40example.com%22");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = {
			// query | query sent to Sentry
			"''                    | ?startIndex=1&count=50", "?                      | ?startIndex=1&count=50",
			"?count=1              | ?startIndex=1&count=1", "?count=100            | ?startIndex=1&count=100",
			"?startIndex=1         | ?startIndex=1&count=50", "?startIndex=7&count=3  | ?startIndex=7&count=3",
			"?startIndex=999999999 | ?startIndex=999999999&count=50" })
	void listSendsTheRequestedPage(String query, String sent) {
		SentryStubs.onGet(page(0, 0));
		JsonNode list = Expect.reading(ApiClient.get(this.port, "/members" + query));
		assertThat(urlOfOnlyCall()).isEqualTo(WireTests.USERS + sent);
		assertThat("?startIndex=" + list.path("startIndex").intValue()).isEqualTo(sent.replaceAll("&.*", ""));
	}

	@Test
	void listReturnsMembersInSentrysOrder() {
		SentryStubs.onGet(SentryStubs.list(SentryStubs.user("3", "a@example.com", "owner"),
				SentryStubs.user("1", "b@example.com", "member"), SentryStubs.user("2", "b@example.com", "manager")));
		HttpResponse<String> response = ApiClient.get(this.port, "/members");
		JsonNode list = Expect.reading(response);
		assertThat(ids(list)).isEqualTo("3 1 2");
		assertThat(list.path("totalResults").intValue()).isEqualTo(3);
		assertThat(list.path("itemsPerPage").intValue()).isEqualTo(3);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', nullValues = "-", value = {
			// query | members there | members on this page | links: first, prev, next
			"''                       | 0   | 0   | 1,50  | -     | -",
			"''                       | 50  | 50  | 1,50  | -     | -",
			"''                       | 51  | 50  | 1,50  | -     | 51,50",
			"?startIndex=51           | 51  | 1   | 1,50  | 1,50  | -",
			"?startIndex=11&count=10  | 40  | 10  | 1,10  | 1,10  | 21,10",
			"?startIndex=4&count=10   | 40  | 10  | 1,10  | 1,10  | 14,10",
			"?startIndex=31&count=10  | 40  | 10  | 1,10  | 21,10 | -",
			"?startIndex=99&count=10  | 40  | 0   | 1,10  | 89,10 | -",
			"?count=100               | 200 | 80  | 1,100 | -     | 81,100" })
	void listLinksToOtherPages(String query, int total, int size, String first, String prev, String next) {
		SentryStubs.onGet(page(total, size));
		HttpResponse<String> response = ApiClient.get(this.port, "/members" + query);
		JsonNode list = Expect.reading(response);
		assertThat(list.path("totalResults").intValue()).isEqualTo(total);
		assertThat(list.path("itemsPerPage").intValue()).isEqualTo(size);
		String links = Stream.of(link(first, "first"), link(prev, "prev"), link(next, "next"))
			.flatMap(Stream::ofNullable)
			.reduce((one, other) -> one + ", " + other)
			.orElseThrow();
		assertThat(response.headers().allValues("Link")).containsExactly(links);
	}

	@Test
	void listWithAliasKeepsPrefixInLinks() {
		SentryStubs.onGet(page(100, 50));
		HttpResponse<String> response = ApiClient.get(this.port, "/organizations/default/members");
		assertThat(response.headers().firstValue("Link"))
			.contains("</organizations/default/members?startIndex=1&count=50>; rel=\"first\","
					+ " </organizations/default/members?startIndex=51&count=50>; rel=\"next\"");
	}

	@ParameterizedTest
	@CsvSource({ "userName=, userName:invalid-address", "userName, userName:invalid-address",
			"userName=ada, userName:invalid-address",
			"userName=a@example.com&userName=b@example.com, " + "userName:invalid-value",
			"userName=a@example.com&count=1, count:invalid-value",
			"userName=a@example.com&startIndex=1, startIndex:invalid-value",
			"userName=a@example.com&startIndex=1&count=1, startIndex:invalid-value count:invalid-value",
			"count=0, count:invalid-value", "count=101, count:invalid-value", "count=-1, count:invalid-value",
			"count=, count:invalid-value", "count=1.0, count:invalid-value", "count=%2B1, count:invalid-value",
			"count=%D9%A1, count:invalid-value", "count=12345678901, count:invalid-value",
			"count=1&count=1, count:invalid-value", "startIndex=0, startIndex:invalid-value",
			"startIndex=-1, startIndex:invalid-value", "startIndex=x, startIndex:invalid-value",
			"startIndex=9999999999, startIndex:invalid-value",
			"startIndex=0&count=0, startIndex:invalid-value count:invalid-value",
			"username=a@example.com, username:unknown-parameter", "filter=x, filter:unknown-parameter",
			"dryRun=true, dryRun:unknown-parameter", "page=2&count=0, page:unknown-parameter count:invalid-value" })
	void listWhenQueryIsInvalidNamesEveryFault(String query, String errors) {
		HttpResponse<String> response = ApiClient.get(this.port, "/members?" + query);
		JsonNode problem = Expect.problem(response, 400, "invalid-request");
		assertThat(String.join(" ", Expect.errors(problem))).isEqualTo(errors);
		assertThat(response.body()).doesNotContain("a@example.com");
		assertThat(SentryStubs.calls()).isEmpty();
	}

	static Stream<Arguments> noLists() {
		return Stream.of(arguments(SentryStubs.json(200, "{}")), arguments(SentryStubs.json(200, "[]")),
				arguments(SentryStubs.json(200, "{\"totalResults\":1,\"Resources\":{}}")),
				arguments(SentryStubs.json(200, "{\"Resources\":[]}")),
				arguments(SentryStubs.json(200, "{\"totalResults\":-1,\"Resources\":[]}")),
				arguments(SentryStubs.json(200, "{\"totalResults\":\"1\",\"Resources\":[]}")),
				arguments(SentryStubs.json(200, "{\"totalResults\":1,\"Resources\":[{\"userName\":\"x\"}]}")),
				arguments(SentryStubs.json(502, "")));
	}

	@ParameterizedTest
	@MethodSource("noLists")
	void listWhenResponseIsNoListRetries(ResponseDefinitionBuilder noList) {
		SentryStubs.onGet(noList, page(1, 1));
		assertThat(ids(Expect.reading(ApiClient.get(this.port, "/members")))).isEqualTo("1");
		assertThat(SentryStubs.calls()).containsExactly("GET", "GET");
	}

	@ParameterizedTest
	@CsvSource({ "401, sentry-credentials-refused", "403, sentry-credentials-refused", "404, sentry-misconfigured",
			"302, sentry-misconfigured" })
	void listWhenSentryRejectsIsNotRetried(int status, String slug) {
		SentryStubs.onGet(SentryStubs.json(status, "{\"detail\":\"The requested resource does not exist\"}"));
		JsonNode problem = Expect.problem(ApiClient.get(this.port, "/members"), 502, slug);
		assertThat(problem.path("upstream").path("status").intValue()).isEqualTo(status);
		assertThat(SentryStubs.calls()).containsExactly("GET");
	}

	@Test
	void searchWhenScimApiReturnsNotFoundIsMisconfigured() {
		SentryStubs.onGet(SentryStubs.noSuchMember());
		Expect.problem(ApiClient.get(this.port, "/members?userName=ada@example.com"), 502, "sentry-misconfigured");
	}

	private static ResponseDefinitionBuilder page(int total, int size) {
		String users = IntStream.rangeClosed(1, size)
			.mapToObj((i) -> SentryStubs.user(String.valueOf(i), "user" + i + "@example.com", "member"))
			.reduce((one, other) -> one + "," + other)
			.orElse("");
		return SentryStubs.json(200, "{\"totalResults\":" + total + ",\"Resources\":[" + users + "]}");
	}

	private static String link(String target, String relation) {
		return (target != null)
				? "</members?startIndex=" + target.replace(",", "&count=") + ">; rel=\"" + relation + "\"" : null;
	}

	private static String urlOfOnlyCall() {
		return assertThat(findAll(anyRequestedFor(anyUrl()))).singleElement().actual().getUrl();
	}

	private static String ids(JsonNode list) {
		return list.path("Resources")
			.valueStream()
			.map((member) -> member.path("id").stringValue())
			.reduce((one, other) -> one + " " + other)
			.orElse("");
	}

}
