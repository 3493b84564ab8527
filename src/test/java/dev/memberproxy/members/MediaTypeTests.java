package dev.memberproxy.members;

import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import dev.memberproxy.ApiClient;
import dev.memberproxy.Expect;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.ActiveProfiles;

import static org.assertj.core.api.Assertions.assertThat;

/** Media types of responses, with the Accept headers of generated and other clients. */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT, properties = "management.server.port=0")
@ActiveProfiles("demo")
@ExtendWith(OutputCaptureExtension.class)
class MediaTypeTests {

	private static final JsonMapper mapper = JsonMapper.shared();

	@LocalServerPort
	int port;

	/** Generated clients also accept problem+json, and sometimes nothing else. */
	@ParameterizedTest
	@CsvSource(delimiter = '|',
			value = { "POST   | /members                        | 201 | {\"userName\":\"post@accept.example\"}",
					"PUT    | /members/put@accept.example     | 201 | {}",
					"PATCH  | /members/joined@example.com?dryRun=true | 200 | {\"sentryOrgRole\":\"manager\"}",
					"GET    | /members/joined@example.com     | 200 |",
					"GET    | /members                        | 200 |",
					"GET    | /organizations/default/members  | 200 |",
					"DELETE | /members/joined@example.com?dryRun=true | 200 |",
					"POST   | /members/batch                  | 200 | []" })
	void requestWhenOnlyProblemsAreAcceptedReturnsJson(String method, String target, int status, String body) {
		HttpResponse<String> response = send(method, target, body, "application/problem+json");
		assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
		assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
	}

	@Test
	void failedRequestWhenOnlyProblemsAreAcceptedReturnsProblem() {
		HttpResponse<String> response = send("GET", "/members/1", null, "application/problem+json");
		assertThat(response.statusCode()).isEqualTo(404);
		assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			value = { "application/json, application/scim+json, application/problem+json | application/json",
					"application/scim+json, application/problem+json | application/scim+json",
					"application/problem+json, application/scim+json;q=0.1 | application/scim+json",
					"application/problem+json, text/html | application/json", "*/* | application/json" })
	void readReturnsThePreferredMediaType(String accept, String expected) {
		HttpResponse<String> response = send("GET", "/members/joined@example.com", null, accept);
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.headers().firstValue("Content-Type")).contains(expected);
	}

	@ParameterizedTest
	@ValueSource(strings = { "text/html", "foo", "image/*", "application/problem+json", "application/x-ndjson",
			"application/json;q=0", "," })
	void deleteIgnoresAccept(String accept) {
		String target = "/members/gone@accept.example";
		assertThat(send("PUT", target, "{}", "*/*").statusCode()).isEqualTo(201);
		HttpResponse<String> dryRun = send("DELETE", target + "?dryRun=true", null, accept);
		assertThat(dryRun.statusCode()).isEqualTo(200);
		assertThat(dryRun.headers().firstValue("Content-Type")).contains("application/json");
		assertThat(send("DELETE", target, null, accept).statusCode()).isEqualTo(204);
		Expect.problem(send("DELETE", target, null, accept), 404, "member-not-found");
		Expect.problem(send("DELETE", "/members/7@x", null, accept), 400, "invalid-request");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			value = { "POST  | /members                        | {\"userName\":\"html@accept.example\"}",
					"PUT   | /members/html@accept.example    | {}",
					"PATCH | /members/joined@example.com     | {\"sentryOrgRole\":\"admin\"}",
					"GET   | /members/joined@example.com     |", "GET   | /members |" })
	void requestWhenNoMediaTypeIsAcceptedIsRejected(String method, String target, String body) {
		for (String accept : new String[] { "text/html", "foo", "application/x-ndjson" }) {
			HttpResponse<String> response = send(method, target, body, accept);
			assertThat(response.statusCode()).as(response.body()).isEqualTo(406);
		}
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = { "application/json | | application/json",
			"application/json                 | */*                                             | application/json",
			"application/json                 | application/*                                   | application/json",
			"application/json                 | application/problem+json                        | application/json",
			"application/json                 | application/json, application/problem+json      | application/json",
			"application/json                 | application/json, application/x-ndjson          | application/json",
			"application/json                 | application/json, text/plain, */*               | application/json",
			"application/json                 | application/x-ndjson, application/problem+json  | application/x-ndjson",
			"application/json                 | application/x-ndjson, application/json;q=0.9    | application/x-ndjson",
			"application/json;charset=UTF-8   | application/jsonl                               | application/jsonl",
			"application/x-ndjson             |                                                 | application/x-ndjson",
			"application/x-ndjson             | */*                                             | application/x-ndjson",
			"application/x-ndjson             | text/html, */*;q=0.5                            | application/x-ndjson",
			"application/x-ndjson             | application/json                                | application/json",
			"application/x-ndjson             | application/json, application/problem+json      | application/json",
			"application/x-ndjson             | application/problem+json                        | application/json",
			"application/ndjson               |                                                 | application/x-ndjson",
			"application/jsonl                | application/jsonl                               | application/jsonl",
			"application/jsonl; charset=utf-8 | application/ndjson                              | application/ndjson",
			"application/x-jsonlines          | application/x-jsonlines, application/x-ndjson   | application/x-jsonlines" })
	void batchReturnsThePreferredMediaType(String contentType, String accept, String expected) {
		String item = "{\"op\":\"delete\",\"userName\":\"nobody@batch.example\"}";
		boolean isArray = contentType.startsWith("application/json;") || contentType.equals("application/json");
		HttpRequest.Builder request = batch(contentType, isArray ? "[" + item + "]" : item);
		if (accept != null) {
			request.header("Accept", accept);
		}
		HttpResponse<String> response = ApiClient.send(request.build());
		assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
		assertThat(response.headers().firstValue("Content-Type")).contains(expected);
		JsonNode first = mapper.readTree(response.body().lines().toList().getFirst());
		assertThat((expected.equals("application/json") ? first.at("/results/0") : first).path("status").intValue())
			.isEqualTo(404);
	}

	@ParameterizedTest
	@ValueSource(strings = { "text/html", "foo", "application/xml;q=1, text/*" })
	void batchWhenNoMediaTypeIsAcceptedIsNotStarted(String accept) {
		HttpResponse<String> response = ApiClient
			.send(batch("application/json", "[{\"op\":\"create\",\"userName\":\"unaccepted@batch.example\"}]")
				.header("Accept", accept)
				.build());
		assertThat(response.statusCode()).as(response.body()).isEqualTo(406);
		assertThat(
				ApiClient.send(ApiClient.request(this.port, "/members/unaccepted@batch.example").build()).statusCode())
			.isEqualTo(404);
	}

	/** Nothing is sent before the end, so the service cannot notice the disconnect. */
	@Test
	void batchAsDocumentWhenCallerDisconnectsRunsToItsEnd(CapturedOutput output) throws Exception {
		String items = "[" + IntStream.range(0, 20)
			.mapToObj((i) -> "{\"op\":\"ensure\",\"userName\":\"g" + i + "@gone.example\"}")
			.collect(Collectors.joining(",")) + "]";
		try (Socket socket = new Socket("localhost", this.port)) {
			socket.setSoLinger(true, 0);
			socket.getOutputStream()
				.write(("POST /members/batch HTTP/1.1\r\nHost: localhost\r\nX-Request-Id: gone\r\n"
						+ "Content-Type: application/json\r\nContent-Length: " + items.length() + "\r\n\r\n" + items)
					.getBytes(StandardCharsets.UTF_8));
			Awaitility.await()
				.until(() -> output.getOut()
					.lines()
					.anyMatch((line) -> line.contains("requestId=gone") && line.contains("item=")));
		}
		Awaitility.await()
			.atMost(Duration.ofSeconds(20))
			.until(() -> output.getOut()
				.lines()
				.anyMatch((line) -> line.contains("requestId=gone") && line.contains("operation=batch")
						&& line.contains("outcome=completed")));
		assertThat(output.getOut()
			.lines()
			.filter((line) -> line.contains("requestId=gone") && line.contains("outcome=created"))).hasSize(20);
	}

	/** Generated clients send null for absent fields. */
	@ParameterizedTest
	@ValueSource(strings = { "{\"userName\":null,\"sentryOrgRole\":null}", "null", " null\n" })
	void ensureWhenBodyOrFieldsAreNullTreatsThemAsAbsent(String body) {
		HttpResponse<String> response = send("PUT", "/members/null" + body.length() + "@accept.example", body,
				"application/json");
		assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
	}

	private HttpRequest.Builder batch(String contentType, String body) {
		return ApiClient.request(this.port, "/members/batch")
			.header("Content-Type", contentType)
			.POST(BodyPublishers.ofString(body));
	}

	private HttpResponse<String> send(String method, String target, String body, String accept) {
		HttpRequest.Builder request = ApiClient.request(this.port, target)
			.header("Accept", accept)
			.method(method, (body != null) ? BodyPublishers.ofString(body) : BodyPublishers.noBody());
		if (body != null) {
			request.header("Content-Type", "application/json");
		}
		return ApiClient.send(request.build());
	}

}
