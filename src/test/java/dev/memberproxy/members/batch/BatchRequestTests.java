package dev.memberproxy.members.batch;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import dev.memberproxy.ApiClient;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.ActiveProfiles;

import static org.assertj.core.api.Assertions.assertThat;

/** Batches against the built-in Sentry. */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = { "management.server.port=0", "members.access=clients",
				"members.clients.all.key-sha256=" + BatchRequestTests.ALL_DIGEST,
				"members.clients.all.operations=create,read,update-role,delete",
				"members.clients.all.roles=billing,member,manager,admin",
				"members.clients.few.key-sha256=" + BatchRequestTests.FEW_DIGEST,
				"members.clients.few.email-domains=example.com", "members.clients.few.requests-per-minute=2" })
@ActiveProfiles("demo")
@ExtendWith(OutputCaptureExtension.class)
class BatchRequestTests {

	private static final String ALL = "smp_batch-test-key-of-the-client-that-may-do-all";

	static final String ALL_DIGEST = "11fa8f5bdfd3d4e23df6aa17230ce87c14a57452ec103f3758f26f9a4f092ba8";

	private static final String FEW = "smp_batch-test-key-of-the-client-that-may-do-little";

	static final String FEW_DIGEST = "b2a37c8ef23cdc32e378526b2a31a7a0b24b44696ca4914ded9f7f927f25e83b";

	private static final JsonMapper mapper = JsonMapper.shared();

	@LocalServerPort
	int port;

	@Test
	void batchMatchesSingleRequests() {
		List<JsonNode> lines = ndjson("", """
				{"op":"create","userName":"Ada@batch.example","sentryOrgRole":"member"}
				{"op":"update-role","userName":"ada@batch.example","sentryOrgRole":"manager"}
				{"op":"ensure","userName":"ada@batch.example","sentryOrgRole":"manager"}
				{"op":"create","userName":"ada@batch.example"}
				{"op":"delete","userName":"ada@batch.example"}
				{"op":"delete","userName":"ada@batch.example"}
				{"op":"delete","id":"1"}
				""");
		assertThat(line(lines, 0).path("status").intValue()).isEqualTo(201);
		assertThat(line(lines, 0).path("membersOutcome").stringValue()).isEqualTo("created");
		assertThat(line(lines, 0).at("/member/userName").stringValue()).isEqualTo("ada@batch.example");
		assertThat(line(lines, 1).path("membersOutcome").stringValue()).isEqualTo("updated");
		assertThat(line(lines, 1).at("/member/sentryOrgRole").stringValue()).isEqualTo("manager");
		assertThat(line(lines, 2).path("membersOutcome").stringValue()).isEqualTo("unchanged");
		assertThat(line(lines, 3).path("status").intValue()).isEqualTo(409);
		assertThat(line(lines, 3).at("/problem/type").stringValue()).isEqualTo("/problems/member-already-invited");
		assertThat(line(lines, 3).at("/problem/member/sentryOrgRole").stringValue()).isEqualTo("manager");
		assertThat(line(lines, 4)).isEqualTo(mapper.readTree("""
				{"index":4,"status":204,"membersOutcome":"deleted"}"""));
		assertThat(line(lines, 5).at("/problem/type").stringValue()).isEqualTo("/problems/member-not-found");
		assertThat(line(lines, 6).at("/problem/type").stringValue()).isEqualTo("/problems/member-not-found");
		assertThat(lines.getLast()).isEqualTo(mapper.readTree("""
				{"summary":{"total":7,"succeeded":4,"failed":3,"unknown":0}}"""));
	}

	@Test
	void batchAsArrayReturnsDocumentInItemOrder() {
		JsonNode result = document(post(ALL, "", "application/json", """
				[{"op":"ensure","userName":"array@batch.example"}, 5,
				 {"op":"delete","userName":"array@batch.example"}]"""));
		assertThat(result.propertyNames()).containsExactly("results", "summary");
		assertThat(result.path("results")).extracting((line) -> line.path("index").intValue()).containsExactly(0, 1, 2);
		assertThat(result.at("/results/0/status").intValue()).isEqualTo(201);
		assertThat(result.at("/results/0/membersOutcome").stringValue()).isEqualTo("created");
		assertThat(result.at("/results/0/member/outcome").stringValue()).isEqualTo("created");
		assertThat(result.at("/results/1/problem/type").stringValue()).isEqualTo("/problems/invalid-request");
		assertThat(result.path("results").path(2)).isEqualTo(mapper.readTree("""
				{"index":2,"status":204,"membersOutcome":"deleted"}"""));
		assertThat(result.path("summary")).isEqualTo(mapper.readTree("""
				{"total":3,"succeeded":2,"failed":1,"unknown":0}"""));
	}

	/** Generated clients send all fields of an item. */
	@Test
	void batchWhenFieldsAreNullTreatsThemAsAbsent() {
		JsonNode result = document(post(ALL, "", "application/json", """
				[{"op":"create","userName":"null@batch.example","id":null,"sentryOrgRole":null},
				 {"op":"ensure","userName":"null@batch.example","id":null,"sentryOrgRole":"manager"},
				 {"op":"update-role","userName":"null@batch.example","id":null,"sentryOrgRole":"member"},
				 {"op":"delete","userName":"null@batch.example","id":null,"sentryOrgRole":null},
				 {"op":"delete","id":"999","userName":null,"sentryOrgRole":null}]"""));
		assertThat(result.path("results")).extracting((line) -> line.path("status").intValue())
			.containsExactly(201, 200, 200, 204, 404);
	}

	@Test
	void batchWithDryRunChangesNothing() {
		List<JsonNode> lines = ndjson("?dryRun=true", """
				{"op":"create","userName":"dry@batch.example"}
				{"op":"ensure","userName":"dry@batch.example"}
				{"op":"delete","userName":"dry@batch.example"}
				""");
		assertThat(line(lines, 0).path("membersOutcome").stringValue()).isEqualTo("would-create");
		assertThat(line(lines, 1).path("membersOutcome").stringValue()).isEqualTo("would-create");
		assertThat(line(lines, 2).at("/problem/type").stringValue()).isEqualTo("/problems/member-not-found");
	}

	@Test
	void batchWhenQuotaIsUsedUpRejectsTheRest() {
		List<JsonNode> lines = lines(post(FEW, "", "application/x-ndjson", """
				{"op":"create","userName":"one@example.com","sentryOrgRole":"member"}
				{"op":"create","userName":"one@example.org","sentryOrgRole":"member"}
				{"op":"create","userName":"one@example.com","sentryOrgRole":"member"}
				{"op":"create","userName":"one@example.com","sentryOrgRole":"member"}
				"""));
		// Items that are not permitted use no quota.
		assertThat(line(lines, 1).at("/problem/errors/0/code").stringValue()).isEqualTo("email-domain");
		assertThat(line(lines, 0).path("status").intValue()).isEqualTo(201);
		assertThat(line(lines, 2).path("status").intValue()).isEqualTo(409);
		assertThat(line(lines, 3).at("/problem/type").stringValue()).isEqualTo("/problems/too-many-requests");
		assertThat(line(lines, 3).path("retryAfter").intValue()).isBetween(1, 60);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', value = {
			"`{bad`                                                     | malformed             | ``",
			"`[]`                                                         | wrong-type            | ``",
			"`{}`                                                         | required              | /op",
			"`{\"op\":null}`                                            | required              | /op",
			"`{\"op\":7}`                                               | wrong-type            | /op",
			"`{\"op\":\"CREATE\"}`                                    | invalid-value         | /op",
			"`{\"op\":\"create\"}`                                    | required              | /userName",
			"`{\"op\":\"create\",\"userName\":5}`                   | wrong-type            | /userName",
			"`{\"op\":\"ensure\",\"userName\":\"x\"}`             | invalid-address       | /userName",
			"`{\"op\":\"create\",\"userName\":\"a@b.example\",\"id\":\"1\"}` | unsupported-attribute | /id",
			"`{\"op\":\"create\",\"userName\":\"a@b.example\",\"name\":\"A\"}` | unsupported-attribute | /name",
			"`{\"op\":\"create\",\"userName\":\"a@b.example\",\"sentryOrgRole\":\"owner\"}` | unknown-role | /sentryOrgRole",
			"`{\"op\":\"update-role\",\"userName\":\"a@b.example\"}` | required         | /sentryOrgRole",
			"`{\"op\":\"update-role\",\"id\":\"x\",\"sentryOrgRole\":\"member\"}` | invalid-value | /id",
			"`{\"op\":\"delete\",\"id\":\"1\",\"userName\":\"a@b.example\"}` | unsupported-attribute | /userName",
			"`{\"op\":\"delete\",\"id\":\"1\",\"sentryOrgRole\":\"member\"}` | unsupported-attribute | /sentryOrgRole",
			"`{\"op\":\"delete\"}`                                    | required              | /userName" })
	void batchWhenItemIsInvalidReportsItAndContinues(String item, String code, String pointer) {
		List<JsonNode> lines = ndjson("", item + "\n{\"op\":\"delete\",\"userName\":\"nobody@batch.example\"}\n");
		assertThat(line(lines, 0).path("status").intValue()).isEqualTo(400);
		JsonNode errors = line(lines, 0).at("/problem/errors");
		assertThat(errors).as(errors.toString()).hasSize(1);
		assertThat(errors.path(0).path("code").stringValue()).isEqualTo(code);
		assertThat(errors.path(0).path("pointer").stringValue()).isEqualTo(pointer);
		assertThat(line(lines, 1).path("status").intValue()).isEqualTo(404);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`',
			value = { "application/json    | `{\"op\":\"create\"}` | 400 | invalid-request",
					"application/json      | `[{]`                     | 400 | invalid-request",
					"application/json      | ``                        | 400 | invalid-request",
					"text/csv              | `a,b`                     | 415 | unsupported-media-type" })
	void batchWhenBodyIsNoBatchIsRejected(String type, String body, int status, String slug) {
		assertProblem(post(ALL, "", type, body), status, slug);
	}

	@Test
	void batchWhenTooLargeIsRejected() {
		assertProblem(post(ALL, "", "application/x-ndjson", "{\"op\":\"delete\",\"id\":\"1\"}\n".repeat(1001)), 413,
				"content-too-large");
		assertProblem(post(ALL, "", "application/x-ndjson", " ".repeat(1024 * 1024 + 1)), 413, "content-too-large");
	}

	@Test
	void batchWithIdempotencyKeyIsRejected() {
		HttpResponse<String> response = ApiClient.send(
				request(ALL, "/members/batch", "application/x-ndjson", "{}").header("Idempotency-Key", "abc").build());
		assertProblem(response, 400, "invalid-request");
		assertThat(ApiClient.json(response).at("/errors/0/header").stringValue()).isEqualTo("Idempotency-Key");
	}

	@Test
	void batchWhenOrganizationIsUnknownIsRejected() {
		assertProblem(
				ApiClient.send(request(ALL, "/organizations/other/members/batch", "application/json", "[]").build()),
				404, "organization-not-found");
	}

	@Test
	void batchWhenEmptyReturnsOnlyASummary() {
		assertThat(ndjson("", "")).hasSize(1);
		assertThat(post(ALL, "", "application/json", "[]").body())
			.isEqualTo("{\"results\":[],\"summary\":{\"total\":0,\"succeeded\":0,\"failed\":0,\"unknown\":0}}");
	}

	@Test
	void batchWhenCallerDisconnectsSkipsTheRestWithoutDelays(CapturedOutput output) throws Exception {
		String items = IntStream.range(0, 1000)
			.mapToObj((i) -> "{\"op\":\"create\",\"userName\":\"p" + i + "@many.example\"}")
			.collect(Collectors.joining("\n"));
		try (Socket socket = new Socket("localhost", this.port)) {
			socket.setSoLinger(true, 0);
			OutputStream out = socket.getOutputStream();
			out.write(("POST /members/batch HTTP/1.1\r\nHost: localhost\r\nX-Request-Id: many\r\nX-API-Key: " + ALL
					+ "\r\nContent-Type: application/x-ndjson\r\nContent-Length: " + items.length() + "\r\n\r\n"
					+ items)
				.getBytes(StandardCharsets.UTF_8));
			BufferedReader reader = new BufferedReader(
					new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
			readLines(reader, 60);
			// Sixty items are done, and the next ones are queued. Another request is
			// served.
			HttpResponse<String> single = ApiClient.send(request(ALL, "/members", "application/json",
					"{\"userName\":\"single@many.example\",\"sentryOrgRole\":\"member\"}")
				.timeout(Duration.ofSeconds(5))
				.build());
			assertThat(single.statusCode()).isEqualTo(201);
			assertThat(audited(output, (line) -> line.contains("operation=batch"))).isEmpty();
		}
		Awaitility.await()
			.atMost(Duration.ofSeconds(20))
			.until(() -> !audited(output, (line) -> line.contains("operation=batch")).isEmpty());
		assertThat(audited(output, (line) -> line.contains("operation=batch")).getFirst()).contains("outcome=stopped");
		int created = audited(output, (line) -> line.contains("outcome=created") && line.contains("item=")).size();
		assertThat(created).isBetween(60, 500);
		assertThat(ApiClient
			.json(ApiClient
				.send(ApiClient.request(this.port, "/members?startIndex=1&count=1").header("X-API-Key", ALL).build()))
			.path("totalResults")
			.intValue()).isGreaterThan(created).isLessThan(created + 50);
	}

	private static void readLines(BufferedReader reader, int count) throws IOException {
		int read = 0;
		while (read < count) {
			if (reader.readLine().startsWith("{\"index\"")) {
				read++;
			}
		}
	}

	private static List<String> audited(CapturedOutput output, Predicate<String> which) {
		return output.getOut().lines().filter((line) -> line.contains("requestId=many")).filter(which).toList();
	}

	private List<JsonNode> ndjson(String query, String items) {
		return lines(post(ALL, query, "application/x-ndjson", items));
	}

	private HttpResponse<String> post(String key, String query, String type, String body) {
		return ApiClient.send(request(key, "/members/batch" + query, type, body).build());
	}

	private HttpRequest.Builder request(String key, String path, String type, String body) {
		return ApiClient.request(this.port, path)
			.header("X-API-Key", key)
			.header("Content-Type", type)
			.POST(BodyPublishers.ofString(body));
	}

	private static List<JsonNode> lines(HttpResponse<String> response) {
		assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
		assertThat(response.headers().firstValue("Content-Type")).contains("application/x-ndjson");
		List<JsonNode> lines = new ArrayList<>();
		response.body().lines().forEach((line) -> lines.add(mapper.readTree(line)));
		return lines;
	}

	private static JsonNode document(HttpResponse<String> response) {
		assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
		assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
		assertThat(response.headers().firstValue("Cache-Control")).contains("no-store");
		return ApiClient.json(response);
	}

	private static JsonNode line(List<JsonNode> lines, int index) {
		return lines.stream().filter((line) -> line.path("index").intValue(-1) == index).findFirst().orElseThrow();
	}

	private static void assertProblem(HttpResponse<String> response, int status, String slug) {
		assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
		assertThat(ApiClient.json(response).path("type").stringValue()).isEqualTo("/problems/" + slug);
	}

}
