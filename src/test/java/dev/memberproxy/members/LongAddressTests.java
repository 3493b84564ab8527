package dev.memberproxy.members;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;

import dev.memberproxy.ApiClient;
import dev.memberproxy.Expect;
import dev.memberproxy.SentryStubs;
import dev.memberproxy.WireTests;
import dev.memberproxy.clients.KeyDigests;
import dev.memberproxy.core.EmailAddress;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Sentry accepts at most 75 characters for a new member, but has members with longer
 * addresses. Clients can find, change and delete them, also if limited to a domain.
 */
@WireTests
class LongAddressTests {

	private static final String KEY = "smp_long-address-key";

	private static final String LONG = "a".repeat(242) + "@example.com";

	@LocalServerPort
	int port;

	@DynamicPropertySource
	static void client(DynamicPropertyRegistry registry) {
		registry.add("members.access", () -> "clients");
		registry.add("members.clients.branch.key-sha256", () -> KeyDigests.hex(KEY));
		registry.add("members.clients.branch.operations", () -> "create,read,update-role,delete");
		registry.add("members.clients.branch.roles", () -> "member,manager");
		registry.add("members.clients.branch.email-domains", () -> "example.com");
	}

	@BeforeEach
	void stubMember() {
		String role = "member";
		SentryStubs.onGet(SentryStubs.list(SentryStubs.user("242", LONG, role)));
		SentryStubs.onGetById("242", SentryStubs.member("242", LONG, role));
		SentryStubs.onPut("242", SentryStubs.member("242", LONG, "manager"));
		SentryStubs.onDelete("242", SentryStubs.json(204, ""));
	}

	@ParameterizedTest
	@ValueSource(strings = { LONG_PATH, "/members/242" })
	void requestsForMemberWithLongAddressSucceed(String path) {
		assertThat(Expect.reading(send("GET", path, "")).path("id").stringValue()).isEqualTo("242");
		Expect.change(send("PATCH", path, "{\"sentryOrgRole\":\"manager\"}"), 200, "updated");
		assertThat(send("DELETE", path, "").statusCode()).isEqualTo(204);
	}

	@Test
	void searchForLongAddressFindsTheMember() {
		JsonNode list = Expect.reading(send("GET", "/members?userName=" + LONG, ""));
		assertThat(list.at("/Resources/0/id").stringValue()).isEqualTo("242");
	}

	@Test
	void ensureOfLongAddressWhenMemberExistsUpdatesTheRole() {
		Expect.change(send("PUT", "/members/" + LONG, "{\"sentryOrgRole\":\"member\"}"), 200, "unchanged");
		Expect.change(send("PUT", "/members/" + LONG, "{\"sentryOrgRole\":\"manager\"}"), 200, "updated");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "?dryRun=true" })
	void ensureOfLongAddressWhenMemberIsAbsentIsInvalid(String query) {
		SentryStubs.onGet(SentryStubs.list());
		JsonNode problem = Expect.problem(send("PUT", "/members/" + LONG + query, "{\"sentryOrgRole\":\"member\"}"),
				400, "invalid-request");
		assertThat(Expect.errors(problem)).containsExactly(":invalid-address");
		assertThat(problem.at("/errors/0/detail").stringValue()).contains("75 characters", "new member");
		assertThat(SentryStubs.calls()).containsExactly("GET");
	}

	@Test
	void createWithLongAddressIsInvalid() {
		JsonNode problem = Expect.problem(
				send("POST", "/members", "{\"userName\":\"" + LONG + "\",\"sentryOrgRole\":\"member\"}"), 400,
				"invalid-request");
		assertThat(Expect.errors(problem)).containsExactly("/userName:invalid-address");
		assertThat(problem.at("/errors/0/detail").stringValue()).contains("75 characters");
		assertThat(SentryStubs.calls()).isEmpty();
	}

	/** One fault of two: the first thing to correct, in every run. */
	@Test
	void createWithLongTextThatIsNoAddressSaysSo() {
		JsonNode problem = Expect.problem(
				send("POST", "/members", "{\"userName\":\"" + "a".repeat(80) + "\",\"sentryOrgRole\":\"member\"}"), 400,
				"invalid-request");
		assertThat(Expect.errors(problem)).containsExactly("/userName:invalid-address");
		assertThat(problem.at("/errors/0/detail").stringValue())
			.isEqualTo(EmailAddress.findFault("a".repeat(80)).orElseThrow());
	}

	@Test
	void batchOfLongAddressesRejectsOnlyCreate() {
		String response = send("POST", "/members/batch", """
				[{"op":"create","userName":"%1$s","sentryOrgRole":"member"},
				{"op":"ensure","userName":"%1$s","sentryOrgRole":"member"},
				{"op":"update-role","userName":"%1$s","sentryOrgRole":"manager"},
				{"op":"delete","userName":"%1$s"}]""".formatted(LONG)).body();
		assertThat(response).contains("{\"index\":0,\"status\":400", "{\"index\":1,\"status\":200",
				"{\"index\":2,\"status\":200", "{\"index\":3,\"status\":204");
	}

	private HttpResponse<String> send(String method, String path, String body) {
		return ApiClient.send(ApiClient.request(this.port, path.equals(LONG_PATH) ? "/members/" + LONG : path)
			.header("X-API-Key", KEY)
			.header("Content-Type", "application/json")
			.method(method, BodyPublishers.ofString(body))
			.build());
	}

	/** Placeholder of the path with the address, which is no compile-time constant. */
	private static final String LONG_PATH = "long";

}
