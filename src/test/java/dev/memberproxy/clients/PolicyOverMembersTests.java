package dev.memberproxy.clients;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

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
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/** What clients may do with members that exist already. */
@WireTests
class PolicyOverMembersTests {

	/** Everything. */
	private static final String ADMIN = "smp_admin-key";

	/** To read. */
	private static final String READER = "smp_reader-key";

	/** To create. */
	private static final String WRITER = "smp_writer-key";

	/** To create and to read, as members. */
	private static final String ONBOARDING = "smp_onboarding-key";

	/** Everything, with members and managers. */
	private static final String DESK = "smp_desk-key";

	/** Everything, with members of example.com. */
	private static final String BRANCH = "smp_branch-key";

	/** To delete. */
	private static final String CLEANER = "smp_cleaner-key";

	private static final String MANAGER = "{\"sentryOrgRole\":\"manager\"}";

	private static final String MEMBER = "{\"sentryOrgRole\":\"member\"}";

	@LocalServerPort
	int port;

	@DynamicPropertySource
	static void clients(DynamicPropertyRegistry registry) {
		registry.add("members.access", () -> "clients");
		client(registry, "admin", ADMIN, "create, read, update-role, delete", "billing, member, manager, admin");
		client(registry, "reader", READER, "read", "member");
		client(registry, "writer", WRITER, "create", "member");
		client(registry, "onboarding", ONBOARDING, "create, read", "member");
		client(registry, "desk", DESK, "create, read, update-role, delete", "member, manager");
		client(registry, "branch", BRANCH, "create, read, update-role, delete", "member");
		client(registry, "cleaner", CLEANER, "delete", "member");
		registry.add("members.clients.branch.email-domains", () -> "example.com");
		registry.add("sentry.organizations.second.base-url", () -> "${sentry.base-url}");
		registry.add("sentry.organizations.second.slug", () -> "acme");
		registry.add("sentry.organizations.second.token", () -> "token");
	}

	private static void client(DynamicPropertyRegistry registry, String name, String key, String operations,
			String roles) {
		String prefix = "members.clients." + name;
		registry.add(prefix + ".key-sha256", () -> KeyDigests.hex(key));
		registry.add(prefix + ".operations", () -> operations);
		registry.add(prefix + ".roles", () -> roles);
	}

	static Stream<Arguments> forbidden() {
		return Stream.of(arguments(WRITER, "GET", "/members/242", "", ":operation"),
				arguments(WRITER, "GET", "/members/ada@example.com", "", ":operation"),
				arguments(WRITER, "GET", "/members?userName=ada@example.com", "", ":operation"),
				arguments(WRITER, "GET", "/members", "", ":operation"),
				arguments(WRITER, "PUT", "/members/ada@example.com", MEMBER, ":operation"),
				arguments(READER, "PUT", "/members/ada@example.com", MEMBER, ":operation"),
				arguments(READER, "PUT", "/members/ada@example.com", MANAGER, ":operation /sentryOrgRole:role"),
				arguments(ONBOARDING, "PUT", "/members/ada@example.com", MANAGER, "/sentryOrgRole:role"),
				arguments(ONBOARDING, "PUT", "/members/ada@example.com", "", "/sentryOrgRole:role"),
				arguments(BRANCH, "PUT", "/members/ada@example.org", MEMBER, ":email-domain"),
				arguments(ONBOARDING, "PATCH", "/members/242", MEMBER, ":operation"),
				arguments(ONBOARDING, "PATCH", "/members/ada@example.com", MANAGER, ":operation /sentryOrgRole:role"),
				arguments(BRANCH, "PATCH", "/members/242", MANAGER, "/sentryOrgRole:role"),
				arguments(BRANCH, "PATCH", "/members/ada@example.org", MANAGER, "/sentryOrgRole:role :email-domain"),
				arguments(ONBOARDING, "DELETE", "/members/242", "", ":operation"),
				arguments(ONBOARDING, "DELETE", "/members/ada@example.com", "", ":operation"),
				arguments(BRANCH, "DELETE", "/members/ada@sub.example.com", "", ":email-domain"),
				arguments(BRANCH, "GET", "/members/ada@example.org", "", ":email-domain"),
				arguments(BRANCH, "GET", "/members?userName=ada@example.org", "", "userName:email-domain"),
				arguments(BRANCH, "GET", "/members", "", ":email-domain"),
				arguments(BRANCH, "GET", "/members?startIndex=1&count=1", "", ":email-domain"),
				arguments(CLEANER, "GET", "/members", "", ":operation"));
	}

	@ParameterizedTest
	@MethodSource("forbidden")
	void requestWhenPolicyForbidsReportsRulesAndSendsNothing(String key, String method, String path, String body,
			String errors) {
		HttpResponse<String> response = send(key, method, path, body);
		JsonNode problem = Expect.problem(response, 403, "not-permitted");
		assertThat(String.join(" ", Expect.errors(problem))).isEqualTo(errors);
		assertThat(response.body()).doesNotContain("ada@", "branch", "onboarding", key);
		assertThat(SentryStubs.calls()).isEmpty();
	}

	static Stream<Arguments> forbiddenChanges() {
		return forbidden().filter((row) -> !row.get()[1].equals("GET"));
	}

	@ParameterizedTest
	@MethodSource("forbiddenChanges")
	void dryRunWhenPolicyForbidsReportsTheSameRules(String key, String method, String path, String body,
			String errors) {
		JsonNode problem = Expect.problem(send(key, method, path + "?dryRun=true", body), 403, "not-permitted");
		assertThat(String.join(" ", Expect.errors(problem))).isEqualTo(errors);
		assertThat(SentryStubs.calls()).isEmpty();
	}

	@ParameterizedTest
	@CsvSource({ "GET, /organizations/second/members", "GET, /organizations/second/members/242",
			"PUT, /organizations/second/members/ada@example.com", "PATCH, /organizations/second/members/242",
			"DELETE, /organizations/second/members/242" })
	void requestWhenOrganizationIsNotPermittedIsNotFound(String method, String path) {
		HttpResponse<String> forbidden = send(ADMIN, method, path, MANAGER);
		Expect.problem(forbidden, 404, "organization-not-found");
		assertThat(withoutIds(forbidden))
			.isEqualTo(withoutIds(send(ADMIN, method, path.replace("second", "nope"), MANAGER)));
		assertThat(SentryStubs.calls()).isEmpty();
	}

	/** Members that must not be visible to a client of another domain. */
	static Stream<Arguments> membersOfOtherDomains() {
		return Stream
			.of(SentryStubs.user("242", "ada@example.org", "member"),
					SentryStubs.user("242", "ada@example.org", "owner"),
					SentryStubs.user("242", "ada@example.org", "manager"),
					SentryStubs.user("242", "ada@sub.example.com", "member"),
					SentryStubs.user("242", "no address", "member"), "{\"id\":\"242\",\"sentryOrgRole\":\"member\"}")
			.flatMap((user) -> Stream.of(arguments("GET", "/members/242", user),
					arguments("PATCH", "/members/242", user), arguments("DELETE", "/members/242", user),
					arguments("PATCH", "/members/242?dryRun=true", user),
					arguments("DELETE", "/members/242?dryRun=true", user)));
	}

	@ParameterizedTest
	@MethodSource("membersOfOtherDomains")
	void requestWhenIdIsOfAnotherDomainIsNotFound(String method, String path, String user) {
		SentryStubs.onGetById("242", SentryStubs.json(200, user));
		SentryStubs.onGetById("243", SentryStubs.noSuchMember());
		HttpResponse<String> hidden = send(BRANCH, method, path, MEMBER);
		HttpResponse<String> missing = send(BRANCH, method, path.replace("242", "243"), MEMBER);
		Expect.problem(hidden, 404, "member-not-found");
		assertThat(withoutIds(hidden)).isEqualTo(withoutIds(missing));
		assertThat(headers(hidden)).isEqualTo(headers(missing));
		assertThat(SentryStubs.calls()).containsExactly("GET /242", "GET /243");
	}

	@ParameterizedTest
	@CsvSource({ "PATCH, /members/242, admin", "DELETE, /members/242, admin", "DELETE, /members/242, contributor",
			"PATCH, /members/242?dryRun=true, billing", "DELETE, /members/242?dryRun=true, admin" })
	void changeByIdWhenRoleMayNotBeReplacedIsNotFound(String method, String path, String role) {
		SentryStubs.onGetById("242", SentryStubs.member("242", "ada@example.com", role));
		SentryStubs.onGetById("243", SentryStubs.noSuchMember());
		HttpResponse<String> hidden = send(DESK, method, path, MANAGER);
		HttpResponse<String> missing = send(DESK, method, path.replace("242", "243"), MANAGER);
		Expect.problem(hidden, 404, "member-not-found");
		assertThat(withoutIds(hidden)).isEqualTo(withoutIds(missing));
		assertThat(headers(hidden)).isEqualTo(headers(missing));
		assertThat(SentryStubs.calls()).containsExactly("GET /242", "GET /243");
	}

	@ParameterizedTest
	@CsvSource({ "PATCH, admin", "PATCH, billing", "DELETE, admin", "DELETE, contributor", "PUT, admin" })
	void changeWhenRoleMayNotBeReplacedIsNotPermitted(String method, String role) {
		SentryStubs.onGet(SentryStubs.list(SentryStubs.user("242", "ada@example.com", role)));
		JsonNode problem = Expect.problem(send(DESK, method, "/members/ada@example.com", MANAGER), 403,
				"not-permitted");
		assertThat(Expect.errors(problem)).containsExactly(":role");
		assertThat(SentryStubs.calls()).containsExactly("GET");
	}

	@ParameterizedTest
	@CsvSource({ "PATCH, /members/242", "DELETE, /members/242", "PATCH, /members/ada@example.com",
			"DELETE, /members/ada@example.com" })
	void changeWhenMemberIsOwnerIsProtected(String method, String path) {
		SentryStubs.onGet(SentryStubs.list(SentryStubs.user("242", "ada@example.com", "owner")));
		SentryStubs.onGetById("242", SentryStubs.member("242", "ada@example.com", "owner"));
		for (String key : new String[] { ADMIN, DESK, BRANCH }) {
			Expect.problem(send(key, method, path, MEMBER), 409, "member-protected");
		}
		assertThat(SentryStubs.calls()).allSatisfy((call) -> assertThat(call).startsWith("GET"));
	}

	@Test
	void changeWhenBothRolesArePermittedIsMade() {
		SentryStubs.onGetById("242", SentryStubs.member("242", "ada@example.org", "manager"));
		SentryStubs.onPut("242", SentryStubs.member("242", "ada@example.org", "member"));
		SentryStubs.onDelete("242", SentryStubs.json(204, ""));
		Expect.change(send(DESK, "PATCH", "/members/242", MEMBER), 200, "updated");
		Expect.change(send(DESK, "DELETE", "/members/242", ""), 204, "deleted");
	}

	@Test
	void deleteWhenClientMayNotReadIsPermitted() {
		SentryStubs.onGetById("242", SentryStubs.member("242", "ada@example.org", "member"));
		SentryStubs.onDelete("242", SentryStubs.json(204, ""));
		Expect.change(send(CLEANER, "DELETE", "/members/242", ""), 204, "deleted");
	}

	@ParameterizedTest
	@ValueSource(strings = { "/members/242", "/members/ada@example.com" })
	void readWhenClientHasDomainReturnsItsMembers(String path) {
		SentryStubs.onGet(SentryStubs.list(SentryStubs.user("242", "Ada@Example.com", "owner")));
		SentryStubs.onGetById("242", SentryStubs.member("242", "Ada@Example.com", "owner"));
		assertThat(Expect.reading(send(BRANCH, "GET", path, "")).path("id").stringValue()).isEqualTo("242");
	}

	@Test
	void searchWhenClientHasDomainReturnsItsMembersOnly() {
		SentryStubs.onGet(SentryStubs.list(SentryStubs.user("1", "ada@example.org", "member"),
				SentryStubs.user("242", "ada@example.com", "admin")));
		HttpResponse<String> response = send(BRANCH, "GET", "/members?userName=ada@example.com", "");
		assertThat(Expect.reading(response).path("Resources")).hasSize(1);
		assertThat(response.body()).doesNotContain("example.org");
	}

	@Test
	void listWhenClientMayManageAllDomainsReturnsEveryMember() {
		SentryStubs.onGet(SentryStubs.list(SentryStubs.user("1", "ada@example.org", "owner"),
				SentryStubs.user("242", "ada@example.com", "admin")));
		assertThat(Expect.reading(send(READER, "GET", "/members", "")).path("Resources")).hasSize(2);
	}

	@Test
	void ensureWhenRoleMayNotBeUpdatedIsNotPermitted() {
		SentryStubs.onGet(SentryStubs.list(SentryStubs.user("242", "ada@example.com", "manager")));
		JsonNode problem = Expect.problem(send(ONBOARDING, "PUT", "/members/ada@example.com", MEMBER), 403,
				"not-permitted");
		assertThat(Expect.errors(problem)).containsExactly(":operation");
		assertThat(SentryStubs.calls()).containsExactly("GET");
	}

	@Test
	void ensureWhenNothingChangesNeedsNoUpdateRoleOperation() {
		SentryStubs.onGet(SentryStubs.list(SentryStubs.user("242", "ada@example.com", "member")));
		Expect.change(send(ONBOARDING, "PUT", "/members/ada@example.com", MEMBER), 200, "unchanged");
	}

	@Test
	void ensureWhenRoleIsOmittedKeepsEveryRole() {
		SentryStubs.onGet(SentryStubs.list(SentryStubs.user("242", "ada@example.com", "owner")));
		Expect.change(send(ADMIN, "PUT", "/members/ada@example.com", ""), 200, "unchanged");
	}

	@ParameterizedTest
	@CsvSource({ WRITER + ", false", ONBOARDING + ", true" })
	void createWhenMemberExistsShowsItToReadersOnly(String key, boolean shown) {
		SentryStubs.onPost(SentryStubs.exists());
		SentryStubs.onGet(SentryStubs.list(SentryStubs.user("242", "ada@example.com", "admin")));
		String body = "{\"userName\":\"ada@example.com\",\"sentryOrgRole\":\"member\"}";
		JsonNode problem = Expect.problem(send(key, "POST", "/members", body), 409, "member-exists");
		assertThat(problem.path("member").path("id").stringValue("")).isEqualTo(shown ? "242" : "");
		assertThat(SentryStubs.gets()).isEqualTo(shown ? 1 : 0);
		JsonNode planned = Expect.problem(send(key, "POST", "/members?dryRun=true", body), 409, "member-exists");
		assertThat(planned.has("member")).isEqualTo(shown);
	}

	private HttpResponse<String> send(String key, String method, String path, String body) {
		return ApiClient.send(ApiClient.request(this.port, path)
			.header("X-API-Key", key)
			.header("Content-Type", "application/json")
			.method(method, BodyPublishers.ofString(body))
			.build());
	}

	private static String withoutIds(HttpResponse<String> response) {
		String id = ApiClient.json(response).path("requestId").stringValue("");
		return response.body().replace(id, "");
	}

	/** Without the headers that differ in every response. */
	private static Map<String, List<String>> headers(HttpResponse<String> response) {
		Map<String, List<String>> headers = new TreeMap<>(response.headers().map());
		headers.keySet().removeAll(Set.of("x-request-id", "date", "connection"));
		return headers;
	}

}
