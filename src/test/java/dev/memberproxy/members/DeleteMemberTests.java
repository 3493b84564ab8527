package dev.memberproxy.members;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.stream.Stream;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import dev.memberproxy.ApiClient;
import dev.memberproxy.Expect;
import dev.memberproxy.FastWireTests;
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
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.deleteRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.findAll;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

@FastWireTests
class DeleteMemberTests {

	private static final String ADA = "ada@example.com";

	private static final String HTML = "<html>\r\n<head><title>502 Bad Gateway</title></head></html>";

	private static final String FORBIDDEN = "{\"detail\":\"You do not have permission to perform this action.\"}";

	private static final String LAST_OWNER = """
			{"detail":"You cannot remove the only remaining owner of the organization."}""";

	private static final String PARTNER = "{\"detail\":\"This member is managed by an active partnership.\"}";

	@LocalServerPort
	int port;

	@ParameterizedTest
	@CsvSource({ "/members/242, GET /242", "/members/ada%40example.com, GET",
			"/organizations/default/members/242, GET /242" })
	void removeReturnsNothing(String path, String search) {
		SentryStubs.onGet(SentryStubs.list(SentryStubs.user("242", ADA, "member")));
		stub(SentryStubs.json(204, ""));
		HttpResponse<String> response = ApiClient.delete(this.port, path);
		Expect.change(response, 204, "deleted");
		assertThat(response.body()).isEmpty();
		assertThat(response.headers().firstValue("Content-Type")).isEmpty();
		assertThat(SentryStubs.calls()).containsExactly(search, "DELETE /242");
		LoggedRequest delete = assertThat(findAll(deleteRequestedFor(anyUrl()))).singleElement().actual();
		assertThat(delete.getBodyAsString()).isEmpty();
		assertThat(delete.getHeader("Authorization")).isEqualTo("Bearer " + WireTests.TOKEN);
	}

	@ParameterizedTest
	@ValueSource(strings = { "/members/242", "/members/ada%40example.com" })
	void removeWhenMemberIsOwnerSendsNothing(String path) {
		SentryStubs.onGet(SentryStubs.list(SentryStubs.user("242", ADA, "owner")));
		SentryStubs.onGetById("242", SentryStubs.member("242", ADA, "owner"));
		Expect.problem(ApiClient.delete(this.port, path), 409, "member-protected");
		assertThat(SentryStubs.calls()).hasSize(1);
	}

	static Stream<Arguments> refusals() {
		return Stream.of(arguments(SentryStubs.json(403, LAST_OWNER), 409, "member-protected"),
				arguments(SentryStubs.json(403, PARTNER), 409, "member-protected"),
				arguments(SentryStubs.json(403, FORBIDDEN), 502, "sentry-credentials-refused"),
				arguments(SentryStubs.json(401, "{\"detail\":\"Token expired\"}"), 502, "sentry-credentials-refused"),
				arguments(SentryStubs.noSuchMember(), 404, "member-not-found"),
				arguments(SentryStubs.json(404, "{\"detail\":\"The requested resource does not exist\"}"), 502,
						"sentry-misconfigured"),
				arguments(SentryStubs.json(404, "{\"info\":\"Route not found, did you forget a trailing slash?\"}"),
						502, "sentry-misconfigured"),
				arguments(SentryStubs.json(405, "{\"detail\":\"Method \\\"DELETE\\\" not allowed.\"}"), 502,
						"sentry-misconfigured"));
	}

	@ParameterizedTest
	@MethodSource("refusals")
	void removeWhenSentryRefusesIsNotRepeated(ResponseDefinitionBuilder answer, int status, String slug) {
		stub(answer);
		HttpResponse<String> response = ApiClient.delete(this.port, "/members/242");
		JsonNode problem = Expect.problem(response, status, slug);
		assertThat(problem.path("upstream").path("status").intValue()).isEqualTo(answer.build().getStatus());
		assertThat(response.body()).doesNotContain("only remaining", "partnership", ADA);
		assertThat(SentryStubs.calls()).containsExactly("GET /242", "DELETE /242");
	}

	/** The answer, and the status that the caller gets if it stays open. */
	static Stream<Arguments> ambiguous() {
		return Stream.of(arguments(SentryStubs.json(408, "{\"detail\":{}}"), 502),
				arguments(SentryStubs.json(500, "{\"detail\":\"Internal Error\",\"errorId\":null}"), 502),
				arguments(SentryStubs.json(502, HTML), 502), arguments(SentryStubs.json(504, ""), 502),
				arguments(SentryStubs.json(200, "{}"), 502), arguments(SentryStubs.json(202, ""), 502),
				arguments(aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER), 502),
				arguments(aResponse().withFault(Fault.EMPTY_RESPONSE), 502),
				arguments(SentryStubs.json(204, "").withFixedDelay(800), 504));
	}

	@ParameterizedTest
	@MethodSource("ambiguous")
	void removeWhenEndIsAmbiguousAndMemberIsGoneIsDeleted(ResponseDefinitionBuilder answer) {
		SentryStubs.onGetById("242", SentryStubs.member("242", ADA, "member"), SentryStubs.noSuchMember());
		SentryStubs.onDelete("242", answer);
		HttpResponse<String> response = ApiClient.delete(this.port, "/members/242");
		Expect.change(response, 204, "deleted");
		assertThat(response.body()).isEmpty();
		assertThat(SentryStubs.calls()).containsExactly("GET /242", "DELETE /242", "GET /242");
	}

	@ParameterizedTest
	@MethodSource("ambiguous")
	void removeWhenEndIsAmbiguousLooksByIdAndSendsOnceMore(ResponseDefinitionBuilder answer) {
		stub(answer, SentryStubs.json(204, ""));
		Expect.change(ApiClient.delete(this.port, "/members/242"), 204, "deleted");
		assertThat(SentryStubs.calls()).containsExactly("GET /242", "DELETE /242", "GET /242", "DELETE /242");
	}

	@ParameterizedTest
	@MethodSource("ambiguous")
	void removeWhenMemberStaysIsSentTwiceAndStaysUnknown(ResponseDefinitionBuilder answer, int status) {
		stub(answer);
		HttpResponse<String> response = ApiClient.delete(this.port, "/members/242");
		JsonNode problem = Expect.unknown(response, status);
		assertThat(problem.path("detail").stringValue()).contains("delete the member");
		assertThat(response.headers().firstValue("Retry-After")).isEmpty();
		assertThat(response.body()).doesNotContain(ADA);
		assertThat(SentryStubs.calls()).containsExactly("GET /242", "DELETE /242", "GET /242", "DELETE /242",
				"GET /242");
	}

	@Test
	void removeByAddressWhenEndIsAmbiguousNeverSearchesAgain() {
		SentryStubs.onGet(SentryStubs.list(SentryStubs.user("242", ADA, "member")),
				SentryStubs.list(SentryStubs.user("999", ADA, "member")));
		stub(SentryStubs.json(502, HTML), SentryStubs.json(204, ""));
		Expect.change(ApiClient.delete(this.port, "/members/ada%40example.com"), 204, "deleted");
		assertThat(SentryStubs.calls()).containsExactly("GET", "DELETE /242", "GET /242", "DELETE /242");
	}

	@ParameterizedTest
	@MethodSource("refusals")
	void removeWhenSecondAttemptIsRefusedIsNeverCalledNotApplied(ResponseDefinitionBuilder second) {
		stub(SentryStubs.json(502, HTML), second);
		Expect.unknown(ApiClient.delete(this.port, "/members/242"), 502);
		assertThat(SentryStubs.calls()).containsExactly("GET /242", "DELETE /242", "GET /242", "DELETE /242",
				"GET /242");
	}

	@Test
	void removeWhenSecondAttemptFindsNobodyIsDeleted() {
		SentryStubs.onGetById("242", SentryStubs.member("242", ADA, "member"), SentryStubs.member("242", ADA, "member"),
				SentryStubs.noSuchMember());
		SentryStubs.onDelete("242", SentryStubs.json(502, HTML), SentryStubs.noSuchMember());
		Expect.change(ApiClient.delete(this.port, "/members/242"), 204, "deleted");
		assertThat(SentryStubs.calls()).containsExactly("GET /242", "DELETE /242", "GET /242", "DELETE /242",
				"GET /242");
	}

	static Stream<Arguments> blindLooks() {
		return Stream.of(arguments(SentryStubs.json(404, "{\"detail\":\"The requested resource does not exist\"}")),
				arguments(SentryStubs.json(404, "")), arguments(SentryStubs.json(404, HTML)),
				arguments(SentryStubs.json(404, "{\"info\":\"Route not found\"}")),
				arguments(SentryStubs.json(403, FORBIDDEN)),
				arguments(SentryStubs.json(401, "{\"detail\":\"Invalid token\"}")));
	}

	@ParameterizedTest
	@MethodSource("blindLooks")
	void removeWhenLookingProvesNothingIsNotSentAgain(ResponseDefinitionBuilder look) {
		SentryStubs.onGetById("242", SentryStubs.member("242", ADA, "member"), look);
		SentryStubs.onDelete("242", SentryStubs.json(502, HTML));
		Expect.unknown(ApiClient.delete(this.port, "/members/242"), 502);
		assertThat(SentryStubs.calls()).containsExactly("GET /242", "DELETE /242", "GET /242");
	}

	@Test
	void removeWhenLookingFailsAtFirstLooksAgain() {
		SentryStubs.onGetById("242", SentryStubs.member("242", ADA, "member"), SentryStubs.json(502, HTML),
				SentryStubs.noSuchMember());
		SentryStubs.onDelete("242", SentryStubs.json(502, HTML));
		Expect.change(ApiClient.delete(this.port, "/members/242"), 204, "deleted");
		assertThat(SentryStubs.calls()).containsExactly("GET /242", "DELETE /242", "GET /242", "GET /242");
	}

	@Test
	void removeWhenNothingAnswersInTimeEndsWithTheDeadline() {
		SentryStubs.onGetById("242", SentryStubs.member("242", ADA, "member"),
				aResponse().withStatus(200).withFixedDelay(2_500));
		SentryStubs.onDelete("242", aResponse().withStatus(204).withFixedDelay(2_500));
		long start = System.nanoTime();
		JsonNode problem = Expect.unknown(ApiClient.delete(this.port, "/members/242"), 504);
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(3));
		assertThat(problem.path("detail").stringValue()).contains("may still delete the member");
	}

	@ParameterizedTest
	@ValueSource(strings = { "force=true", "x", "dryrun=true" })
	void removeWhenThereAreOtherParametersSendsNothing(String query) {
		Expect.problem(ApiClient.delete(this.port, "/members/242?" + query), 400, "invalid-request");
		assertThat(SentryStubs.calls()).isEmpty();
	}

	private void stub(ResponseDefinitionBuilder... deleteAnswers) {
		SentryStubs.onGetById("242", SentryStubs.member("242", ADA, "member"));
		SentryStubs.onDelete("242", deleteAnswers);
	}

}
