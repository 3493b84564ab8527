package dev.memberproxy.fakesentry;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.stream.IntStream;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Holds the fake against what is known of the real Sentry. */
class FakeSentryContractTests {

	private static final String TOKEN = "fake-token";

	private static final String USERS = "/api/0/organizations/acme/scim/v2/Users";

	private static final String ROLE_ERROR = """
			{"schemas":["urn:ietf:params:scim:api:messages:2.0:Error"],"status":"400",\
			"detail":"Invalid organization role."}""";

	private static final String NOT_FOUND = "The requested resource does not exist";

	private static final Instant NOW = Instant.ofEpochSecond(1_788_600_000);

	private final JsonMapper mapper = JsonMapper.shared();

	private final HttpClient client = HttpClient.newHttpClient();

	private FakeSentry sentry;

	@BeforeEach
	void start() {
		this.sentry = FakeSentry.start(TOKEN, "acme", Duration.ofMillis(300), InstantSource.fixed(NOW));
	}

	@AfterEach
	void stop() {
		this.client.shutdownNow();
		this.sentry.close();
	}

	@Test
	void createWhenFullPayloadKeepsOnlyTheAddress() throws Exception {
		HttpResponse<String> response = post("""
				{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"Ada@Example.com","active":false,
				"name":{"givenName":"Ada","familyName":"Lovelace"},"emails":[{"value":"other@example.com"}]}""");
		assertThat(response.statusCode()).isEqualTo(201);
		assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json");
		assertThat(response.headers().map()).doesNotContainKeys("location", "etag");
		JsonNode user = json(response);
		assertThat(user.path("id").stringValue()).containsOnlyDigits();
		assertThat(user).isEqualTo(this.mapper.readTree("""
				{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"id":"%s","userName":"Ada@Example.com",
				"name":{"givenName":"N/A","familyName":"N/A"},
				"emails":[{"primary":true,"value":"Ada@Example.com","type":"work"}],
				"meta":{"resourceType":"User"},"sentryOrgRole":"member","active":true}"""
			.formatted(user.path("id").stringValue())));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			"member"  | member
			"manager" | manager
			"mAnaGer" | manager
			"admin"   | admin
			"billing" | billing
			""       | member
			null      | member
			false     | member
			0         | member
			[]        | member
			{}        | member
			""", quoteCharacter = '`')
	void createWhenRoleAllowedGivesIt(String role, String given) throws Exception {
		HttpResponse<String> response = post("{\"userName\":\"ada@example.com\",\"sentryOrgRole\":" + role + "}");
		assertThat(response.statusCode()).isEqualTo(201);
		assertThat(json(response).path("sentryOrgRole").stringValue()).isEqualTo(given);
	}

	@ParameterizedTest
	@ValueSource(strings = { "nonexistant", "owner", " member" })
	void createWhenRoleNotAllowedIsRefused(String role) throws Exception {
		HttpResponse<String> response = post("{\"userName\":\"not an address\",\"sentryOrgRole\":\"" + role + "\"}");
		assertThat(response.statusCode()).isEqualTo(400);
		assertThat(response.body()).isEqualTo(ROLE_ERROR);
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"userName\":\"ada@example.com\",\"sentryOrgRole\":5}",
			"{\"userName\":\"ada@example.com\",\"sentryOrgRole\":[\"member\"]}",
			"{\"userName\":\"ada@example.com\",\"sentryOrgRole\":true}", "[]", "\"x\"", "5", "null" })
	void createWhenWrongJsonTypeFailsInside(String body) throws Exception {
		assertInternalError(post(body));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
			{}                       | This field may not be null.
			{"userName":null}        | This field may not be null.
			{"userName":""}          | This field may not be blank.
			{"userName":"  "}        | This field may not be blank.
			{"userName":"nope"}      | Enter a valid email address.
			{"userName":"x@qq.com"}  | Enter a valid email address.
			{"userName":5}           | Enter a valid email address.
			{"userName":{"a":1}}     | Not a valid string.
			{"userName":["a@b.co"]}  | Not a valid string.
			{"userName":true}        | Not a valid string.
			""")
	void createWhenAddressNotAcceptableHidesJsonInDetail(String body, String fault) throws Exception {
		assertFieldError(post(body), "{\"email\":[\"" + fault + "\"]}");
	}

	@Test
	void createWhenBodyEmptyMissesTheAddress() throws Exception {
		assertFieldError(post(""), "{\"email\":[\"This field may not be null.\"]}");
	}

	@Test
	void createWhenAddressAtAndOverTheLimit() throws Exception {
		String longest = "a".repeat(63) + "@example.com";
		assertThat(create(" " + longest + " ").statusCode()).isEqualTo(201);
		assertFieldError(create("a" + longest), "{\"email\":[\"Ensure this field has no more than 75 characters.\"]}");
	}

	@ParameterizedTest
	@ValueSource(strings = { "{bad json", "userName=ada%40example.com", "{} {}", "\u001f\u008b" })
	void createWhenMalformedIsParseError(String body) throws Exception {
		HttpResponse<String> response = post(body);
		assertThat(response.statusCode()).isEqualTo(400);
		assertThat(json(response).propertyNames()).containsExactly("detail");
		assertThat(json(response).path("detail").stringValue()).startsWith("JSON parse error - ");
	}

	@ParameterizedTest
	@ValueSource(strings = { "application/scim+json", "text/plain" })
	void createWhenOtherMediaTypesReadsAndWritesJson(String mediaType) throws Exception {
		HttpResponse<String> response = send(request(USERS).header("Content-Type", mediaType)
			.header("Accept", "application/xml")
			.POST(BodyPublishers.ofString("{\"userName\":\"ada@example.com\"}")));
		assertThat(response.statusCode()).isEqualTo(201);
		assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json");
	}

	@ParameterizedTest
	@ValueSource(strings = { "joined@example.com", "JOINED@example.com", "owner@example.com", "joined@example.org" })
	void createWhenJoinedConflicts(String userName) throws Exception {
		HttpResponse<String> response = create(userName);
		assertThat(response.statusCode()).isEqualTo(409);
		assertThat(response.body()).isEqualTo("""
				{"schemas":["urn:ietf:params:scim:api:messages:2.0:Error"],"status":"409","scimType":"uniqueness",\
				"detail":"User already exists in the database."}""");
	}

	@Test
	void createWhenPendingIsRefusedInTheSameCaseOnly() throws Exception {
		assertThat(create("ada@example.com").statusCode()).isEqualTo(201);
		assertFieldError(create("ada@example.com"),
				"{\"email\":[\"The user ada@example.com has already been invited\"]}");
		assertThat(create("Ada@example.com").statusCode()).isEqualTo(201);
		assertThat(json(find("ada@example.com")).path("totalResults").intValue()).isEqualTo(2);
	}

	@Test
	void createWhenRequestedTakesUpTheRequestAndStaysHidden() throws Exception {
		HttpResponse<String> response = create("requested@example.com");
		assertThat(response.statusCode()).isEqualTo(201);
		String id = json(response).path("id").stringValue();
		assertThat(json(create("requested@example.com")).path("id").stringValue()).isEqualTo(id);
		assertThat(json(find("requested@example.com")).path("totalResults").intValue()).isZero();
		assertThat(get("/" + id).statusCode()).isEqualTo(200);
	}

	@Test
	void createWhenRequestedWithOtherRoleFailsInside() throws Exception {
		assertInternalError(post("{\"userName\":\"requested@example.com\",\"sentryOrgRole\":\"manager\"}"));
	}

	@Test
	void answersCarryRateLimits() throws Exception {
		HttpResponse<String> response = get("");
		assertThat(response.headers().firstValue("X-Sentry-Rate-Limit-Limit")).hasValue("40");
		assertThat(response.headers().firstValue("X-Sentry-Rate-Limit-Remaining")).hasValue("39");
		assertThat(response.headers().firstValue("X-Sentry-Rate-Limit-Reset"))
			.hasValue(String.valueOf(NOW.plusSeconds(1).getEpochSecond()));
		assertThat(response.headers().firstValue("X-Sentry-Rate-Limit-ConcurrentLimit")).hasValue("25");
		assertThat(response.headers().firstValue("X-Sentry-Rate-Limit-ConcurrentRemaining")).hasValue("24");
	}

	@Test
	void listShowsJoinedAndPendingByAddress() throws Exception {
		create("ada@example.com");
		JsonNode list = json(get(""));
		assertThat(list.path("schemas").path(0).stringValue())
			.isEqualTo("urn:ietf:params:scim:api:messages:2.0:ListResponse");
		assertThat(list.path("totalResults").intValue()).isEqualTo(3);
		assertThat(list.path("startIndex").intValue()).isEqualTo(1);
		assertThat(list.path("itemsPerPage").intValue()).isEqualTo(3);
		assertThat(list.path("Resources").findValuesAsString("userName")).containsExactly("ada@example.com",
				"joined@example.com", "owner@example.com");
		assertThat(list.path("Resources").findValuesAsString("sentryOrgRole")).containsExactly("member", "member",
				"owner");
	}

	@ParameterizedTest
	@ValueSource(strings = { "userName eq \"joined@example.com\"", "userName eq \"JOINED@EXAMPLE.COM\"",
			"userName eq 'joined@example.com'" })
	void listWhenFilterFitsFindsOne(String filter) throws Exception {
		assertThat(json(filter(filter)).path("Resources").findValuesAsString("userName"))
			.containsExactly("joined@example.com");
	}

	@ParameterizedTest
	@ValueSource(strings = { "userName eq \"none\"", "userName eq joined@example.com" })
	void listWhenFilterFitsNobodyIsEmpty(String filter) throws Exception {
		JsonNode list = json(filter(filter));
		assertThat(list.path("totalResults").intValue()).isZero();
		assertThat(list.path("Resources").isArray()).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "blablaba eq x", "userName co \"joined\"", "userName eq \"a,b@example.com\"" })
	void listWhenFilterBadIsRefusedWithoutDetail(String filter) throws Exception {
		HttpResponse<String> response = filter(filter);
		assertThat(response.statusCode()).isEqualTo(400);
		assertThat(response.body()).isEqualTo("""
				{"schemas":["urn:ietf:params:scim:api:messages:2.0:Error"],"status":"400",\
				"scimType":"invalidFilter"}""");
	}

	@Test
	void listWhenFilterEncodedFindsAddressWithPlus() throws Exception {
		create("ada+o'neil@example.com");
		assertThat(json(find("ada+o'neil@example.com")).path("totalResults").intValue()).isEqualTo(1);
	}

	@ParameterizedTest
	@CsvSource({ "1, 10, 10", "10, 10, 7", "1, 0, 16", "17, 10, 0" })
	void listWhenPagedCountsThePage(int startIndex, int count, int items) throws Exception {
		for (int i : IntStream.range(0, 14).toArray()) {
			create("member" + i + "@example.com");
		}
		JsonNode list = json(get("?startIndex=" + startIndex + "&count=" + count));
		assertThat(list.path("totalResults").intValue()).isEqualTo(16);
		assertThat(list.path("startIndex").intValue()).isEqualTo(startIndex);
		assertThat(list.path("itemsPerPage").intValue()).isEqualTo(items);
		assertThat(list.path("Resources").size()).isEqualTo(items);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
			startIndex=0 | {"startIndex":["Ensure this value is greater than or equal to 1."]}
			count=-1     | {"count":["Ensure this value is greater than or equal to 0."]}
			count=many   | {"count":["A valid integer is required."]}
			""")
	void listWhenNumberBadIsRefusedByField(String query, String body) throws Exception {
		HttpResponse<String> response = get("?" + query);
		assertThat(response.statusCode()).isEqualTo(400);
		assertThat(response.body()).isEqualTo(body);
	}

	@Test
	void getWhenKnownShowsTheMember() throws Exception {
		String id = id("joined@example.com");
		HttpResponse<String> response = get("/" + id);
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(json(response).path("userName").stringValue()).isEqualTo("joined@example.com");
	}

	@ParameterizedTest
	@CsvSource({ "GET, /99999999", "GET, /010101001010101011001010101011", "PUT, /99999999", "PATCH, /99999999",
			"DELETE, /99999999" })
	void memberWhenUnknownIsScimError(String method, String path) throws Exception {
		HttpResponse<String> response = send(method, path, "{}");
		assertThat(response.statusCode()).isEqualTo(404);
		assertThat(response.body()).isEqualTo("""
				{"schemas":["urn:ietf:params:scim:api:messages:2.0:Error"],"status":"404","detail":"%s"}"""
			.formatted(NOT_FOUND));
	}

	@Test
	void changeRoleGivesTheRoleAndBlankTakesItBack() throws Exception {
		create("ada@example.com");
		String path = "/" + id("ada@example.com");
		HttpResponse<String> response = send("PUT", path, "{\"sentryOrgRole\":\"Manager\"}");
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(json(response).path("sentryOrgRole").stringValue()).isEqualTo("manager");
		assertThat(json(get(path)).path("sentryOrgRole").stringValue()).isEqualTo("manager");
		assertThat(json(send("PUT", path, "{\"sentryOrgRole\":\"\"}")).path("sentryOrgRole").stringValue())
			.isEqualTo("member");
	}

	@Test
	void changeRoleWhenOwnerKeepsOwner() throws Exception {
		HttpResponse<String> response = send("PUT", "/" + id("owner@example.com"), "{\"sentryOrgRole\":\"member\"}");
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(json(response).path("sentryOrgRole").stringValue()).isEqualTo("owner");
	}

	@ParameterizedTest
	@ValueSource(strings = { "nonexistant", "owner" })
	void changeRoleWhenRoleNotAllowedIsRefused(String role) throws Exception {
		HttpResponse<String> response = send("PUT", "/" + id("joined@example.com"),
				"{\"sentryOrgRole\":\"" + role + "\"}");
		assertThat(response.statusCode()).isEqualTo(400);
		assertThat(response.body()).isEqualTo(ROLE_ERROR);
	}

	@Test
	void changeRoleWhenWrongJsonTypeFailsInside() throws Exception {
		assertInternalError(send("PUT", "/" + id("joined@example.com"), "{\"sentryOrgRole\":5}"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"Operations\":[{\"op\":\"Replace\",\"path\":\"active\",\"value\":false}]}",
			"{\"Operations\":[{\"op\":\"replace\",\"value\":{\"active\":false,\"id\":\"x\"}}]}",
			"{\"Operations\":[{\"op\":\"Replace\",\"path\":\"active\",\"value\":\"False\"}]}" })
	void patchWhenInactiveRemovesTheMember(String body) throws Exception {
		String path = "/" + id("joined@example.com");
		HttpResponse<String> response = send("PATCH", path, body);
		assertThat(response.statusCode()).isEqualTo(204);
		assertThat(response.body()).isEmpty();
		assertThat(get(path).statusCode()).isEqualTo(404);
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"op\":\"replace\",\"path\":\"active\",\"value\":true}",
			"{\"op\":\"replace\",\"path\":\"sentryOrgRole\",\"value\":{\"active\":true}}" })
	void patchWhenAnythingElseIsRefused(String operation) throws Exception {
		HttpResponse<String> response = send("PATCH", "/" + id("joined@example.com"),
				"{\"Operations\":[" + operation + "]}");
		assertThat(response.statusCode()).isEqualTo(400);
		assertThat(json(response).path("detail").stringValue()).isEqualTo("Invalid Patch Operation.");
	}

	@Test
	void patchWhenFormBadIsRefusedByField() throws Exception {
		String path = "/" + id("joined@example.com");
		String operation = "{\"op\":\"replace\",\"value\":false},";
		assertFieldError(send("PATCH", path, "{\"Operations\":[" + operation.repeat(100) + "{}]}"),
				"{\"Operations\":[\"Ensure this field has no more than 100 elements.\"]}");
		assertThat(json(send("PATCH", path, "{\"Operations\":[{\"op\":\"invalid\",\"value\":false}]}")).path("detail")
			.stringValue()).contains("is not a valid choice");
		assertThat(json(send("PATCH", path, "{\"Operations\":[{\"op\":\"replace\",\"value\":5}]}")).path("detail")
			.stringValue()).contains("value must be a boolean or object");
		assertThat(send("PATCH", path, "{\"Operations\":[]}").statusCode()).isEqualTo(200);
		assertThat(get(path).statusCode()).isEqualTo(200);
	}

	@Test
	void deleteRemovesOnce() throws Exception {
		String path = "/" + id("joined@example.com");
		assertThat(send("DELETE", path, "").statusCode()).isEqualTo(204);
		assertThat(send("DELETE", path, "").statusCode()).isEqualTo(404);
		assertThat(json(find("joined@example.com")).path("totalResults").intValue()).isZero();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
			DELETE | {}
			PATCH  | {"Operations":[{"op":"replace","path":"active","value":false}]}
			""")
	void removeWhenLastOwnerIsForbidden(String method, String body) throws Exception {
		HttpResponse<String> response = send(method, "/" + id("owner@example.com"), body);
		assertThat(response.statusCode()).isEqualTo(403);
		assertThat(response.body())
			.isEqualTo("{\"detail\":\"You cannot remove the only remaining owner of the organization.\"}");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			''               | Authentication credentials were not provided.
			Basic YTpi       | Authentication credentials were not provided.
			Bearer           | Invalid token header. No credentials provided.
			Bearer two words | Invalid token header. Token string should not contain spaces.
			Bearer wrong     | Invalid token
			""")
	void anyCallWhenCredentialsBadIsUnauthorized(String authorization, String detail) throws Exception {
		HttpRequest.Builder request = HttpRequest.newBuilder(uri(USERS)).POST(BodyPublishers.ofString("{bad json"));
		if (!authorization.isEmpty()) {
			request.header("Authorization", authorization);
		}
		HttpResponse<String> response = send(request);
		assertThat(response.statusCode()).isEqualTo(401);
		assertThat(response.body()).isEqualTo("{\"detail\":\"" + detail + "\"}");
		assertThat(response.headers().firstValue("WWW-Authenticate")).hasValue("Bearer realm=\"api\"");
		assertThat(response.headers().firstValue("X-Sentry-Rate-Limit-Limit")).hasValue("40");
	}

	@Test
	void anyCallWhenSchemeInOtherCaseIsAuthorized() throws Exception {
		assertThat(send(HttpRequest.newBuilder(uri(USERS)).header("Authorization", "bearer " + TOKEN)).statusCode())
			.isEqualTo(200);
	}

	@Test
	void usersWhenOrganizationUnknownIsNotFound() throws Exception {
		HttpResponse<String> response = send(request("/api/0/organizations/other/scim/v2/Users"));
		assertThat(response.statusCode()).isEqualTo(404);
		assertThat(response.body()).isEqualTo("{\"detail\":\"" + NOT_FOUND + "\"}");
	}

	@Test
	void memberWhenOrganizationUnknownIsScimError() throws Exception {
		HttpResponse<String> response = send(
				request("/api/0/organizations/other/scim/v2/Users/" + id("joined@example.com")));
		assertThat(response.statusCode()).isEqualTo(404);
		assertThat(json(response).has("schemas")).isTrue();
	}

	@Test
	void routeWhenSlashAtTheEndIsEmptyPage() throws Exception {
		HttpResponse<String> response = send(HttpRequest.newBuilder(uri(USERS + "/")));
		assertThat(response.statusCode()).isEqualTo(404);
		assertThat(response.body()).isEmpty();
		assertThat(response.headers().firstValue("Content-Type")).hasValue("text/html; charset=utf-8");
	}

	@ParameterizedTest
	@ValueSource(strings = { "/api/0/organizations/acme/scim/v2/Userz", "/api/0/organizations/acme/scim/v2/users",
			"/api/0/organizations/acme/scim/v2/Users/abc", "/scim" })
	void routeWhenUnknownIsInfo(String path) throws Exception {
		HttpResponse<String> response = send(
				request(path).header("Content-Type", "application/json").POST(BodyPublishers.ofString("{}")));
		assertThat(response.statusCode()).isEqualTo(404);
		assertThat(response.body())
			.isEqualTo("{\"info\":\"Route not found, did you forget a trailing slash? try: " + path + "/\"}");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			PUT  |      | GET, POST
			POST | /101 | GET, PUT, PATCH, DELETE
			""")
	void methodWhenUnknownIsNotAllowed(String method, String path, String allowed) throws Exception {
		HttpResponse<String> response = send(method, (path != null) ? path : "", "{}");
		assertThat(response.statusCode()).isEqualTo(405);
		assertThat(response.body()).isEqualTo("{\"detail\":\"Method \\\"" + method + "\\\" not allowed.\"}");
		assertThat(response.headers().firstValue("Allow")).hasValue(allowed);
	}

	@Test
	void magicWhenInvitedIsRefused() throws Exception {
		assertFieldError(create("invited@example.org"),
				"{\"email\":[\"The user invited@example.org has already been invited\"]}");
		assertThat(json(find("invited@example.org")).path("totalResults").intValue()).isEqualTo(1);
	}

	@Test
	void magicWhenRequestedTakesUpSameRoleAndFailsWithAnother() throws Exception {
		assertThat(
				send("POST", "", "{\"userName\":\"requested@example.org\",\"sentryOrgRole\":\"admin\"}").statusCode())
			.isEqualTo(500);
		assertThat(create("requested@example.org").statusCode()).isEqualTo(201);
		assertAbsent("requested@example.org");
	}

	@Test
	void magicWhenSecondAddressExistsAndIsListedUnderFirst() throws Exception {
		assertThat(create("second@example.org").statusCode()).isEqualTo(409);
		JsonNode list = json(find("SECOND@example.org"));
		assertThat(list.path("Resources").path(0).path("userName").stringValue()).isEqualTo("first@example.org");
		assertThat(json(find("first@example.org")).path("totalResults").intValue()).isEqualTo(1);
	}

	@Test
	void magicWhenRateLimitedSaysWhenToComeBack() throws Exception {
		HttpResponse<String> response = create("rate-limited@example.org");
		assertThat(response.statusCode()).isEqualTo(429);
		assertThat(response.body()).isEqualTo("{\"detail\":\"You are attempting to use this endpoint too frequently."
				+ " Limit is 40 requests in 1 seconds\"}");
		assertThat(response.headers().firstValue("Content-Type")).hasValue("text/html; charset=utf-8");
		assertThat(response.headers().firstValue("Retry-After")).isEmpty();
		assertThat(response.headers().firstValue("X-Sentry-Rate-Limit-Remaining")).hasValue("0");
		assertThat(response.headers().firstValue("X-Sentry-Rate-Limit-Reset"))
			.hasValue(String.valueOf(NOW.plusSeconds(2).getEpochSecond()));
		assertAbsent("rate-limited@example.org");
		assertThat(create("rate-limited@example.org").statusCode()).isEqualTo(201);
	}

	@Test
	void magicWhenBrokenIsPageAndCreatesNothing() throws Exception {
		HttpResponse<String> response = create("broken@example.org");
		assertThat(response.statusCode()).isEqualTo(502);
		assertThat(response.headers().firstValue("Content-Type")).hasValue("text/html");
		assertThat(response.headers().firstValue("X-Sentry-Rate-Limit-Limit")).isEmpty();
		assertThat(response.body()).contains("<h1>502 Bad Gateway</h1>", "\r\n");
		assertAbsent("broken@example.org");
	}

	@Test
	void magicWhenDroppedCreatesWithoutAnswer() throws Exception {
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> create("dropped@example.org"));
		assertThat(json(find("dropped@example.org")).path("totalResults").intValue()).isEqualTo(1);
		assertFieldError(create("dropped@example.org"),
				"{\"email\":[\"The user dropped@example.org has already been invited\"]}");
	}

	@Test
	void magicWhenSlowCreatesAfterTheCallerGaveUp() throws Exception {
		HttpRequest.Builder request = request(USERS).timeout(Duration.ofMillis(50))
			.POST(BodyPublishers.ofString("{\"userName\":\"slow@example.org\"}"));
		assertThatExceptionOfType(HttpTimeoutException.class).isThrownBy(() -> send(request));
		assertAbsent("slow@example.org");
		Awaitility.await()
			.untilAsserted(
					() -> assertThat(json(find("slow@example.org")).path("totalResults").intValue()).isEqualTo(1));
	}

	@Test
	void magicWhenDomainOrCaseDiffersStillCounts() {
		assertThat(MagicAddress.find("Rate-Limited@anywhere.example")).hasValue(MagicAddress.RATE_LIMITED);
		assertThat(MagicAddress.find("slowly@example.com")).isEmpty();
		assertThat(MagicAddress.find("slow")).isEmpty();
	}

	private void assertAbsent(String userName) throws Exception {
		assertThat(json(find(userName)).path("totalResults").intValue()).isZero();
	}

	private void assertFieldError(HttpResponse<String> response, String detail) {
		assertThat(response.statusCode()).isEqualTo(400);
		JsonNode error = json(response);
		assertThat(error.propertyNames()).containsExactly("schemas", "status", "detail");
		assertThat(error.path("status").stringValue()).isEqualTo("400");
		assertThat(error.path("detail").stringValue()).isEqualTo(detail);
	}

	private void assertInternalError(HttpResponse<String> response) {
		assertThat(response.statusCode()).isEqualTo(500);
		assertThat(json(response).path("detail").stringValue()).isEqualTo("Internal Error");
		assertThat(json(response).path("errorId").stringValue()).matches("[0-9a-f]{32}");
	}

	private String id(String userName) throws Exception {
		return json(find(userName)).path("Resources").path(0).path("id").stringValue();
	}

	private HttpResponse<String> create(String userName) throws Exception {
		return post("{\"userName\":\"" + userName + "\"}");
	}

	private HttpResponse<String> post(String body) throws Exception {
		return send("POST", "", body);
	}

	private HttpResponse<String> get(String rest) throws Exception {
		return send(request(USERS + rest));
	}

	private HttpResponse<String> find(String userName) throws Exception {
		return filter("userName eq \"" + userName + "\"");
	}

	private HttpResponse<String> filter(String filter) throws Exception {
		return get("?filter=" + URLEncoder.encode(filter, StandardCharsets.UTF_8));
	}

	private HttpResponse<String> send(String method, String rest, String body) throws Exception {
		return send(request(USERS + rest).method(method, BodyPublishers.ofString(body)));
	}

	private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
		return this.client.send(request.build(), BodyHandlers.ofString());
	}

	private HttpRequest.Builder request(String path) {
		return HttpRequest.newBuilder(uri(path)).header("Authorization", "Bearer " + TOKEN);
	}

	private URI uri(String path) {
		return this.sentry.baseUrl().resolve(path);
	}

	private JsonNode json(HttpResponse<String> response) {
		return this.mapper.readTree(response.body());
	}

}
