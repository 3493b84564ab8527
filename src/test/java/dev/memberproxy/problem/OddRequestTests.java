package dev.memberproxy.problem;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.stream.Stream;

import dev.memberproxy.ApiClient;
import dev.memberproxy.RawClient;
import dev.memberproxy.WireTests;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;

import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.findAll;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

/**
 * Every malformed request gets a problem that the caller must act on, without internals
 * of the service.
 */
@WireTests
@ExtendWith(OutputCaptureExtension.class)
class OddRequestTests {

	private static final String MEMBER = "{\"userName\":\"ada@example.com\"}";

	@LocalServerPort
	int port;

	static Stream<Arguments> requests() {
		String post = "POST /members HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\n";
		String get = "GET /problems HTTP/1.1\r\nHost: x\r\nConnection: close\r\n";
		return Stream.of(argumentSet("long path", "GET /" + "a".repeat(20_000) + " HTTP/1.1\r\nHost: x\r\n\r\n"),
				argumentSet("long query", "POST /members?" + "a".repeat(20_000) + " HTTP/1.1\r\nHost: x\r\n\r\n"),
				argumentSet("very long path", "GET /" + "a".repeat(100_000) + " HTTP/1.1\r\nHost: x\r\n\r\n"),
				argumentSet("long method", "G".repeat(20_000) + " / HTTP/1.1\r\nHost: x\r\n\r\n"),
				argumentSet("long header", get + "A: " + "a".repeat(20_000) + "\r\n\r\n"),
				argumentSet("long header name", get + "a".repeat(20_000) + ": a\r\n\r\n"),
				argumentSet("many headers", get + "A: b\r\n".repeat(150) + "\r\n"),
				argumentSet("many parameters",
						post.replace("/members", "/members?" + "a=b&".repeat(30)) + "Content-Length: " + MEMBER.length()
								+ "\r\n\r\n" + MEMBER),
				argumentSet("blank in header name", get + "A b: c\r\n\r\n"),
				argumentSet("control character in header name", get + "A\u0001b: c\r\n\r\n"),
				argumentSet("letter of Latin-1 in header name", get + "\u00e4: c\r\n\r\n"),
				argumentSet("C1 control character in header name", get + "A\u0085: c\r\n\r\n"),
				argumentSet("C1 control character in header", post + "Accept: a\u0085\r\nContent-Length: 2\r\n\r\n{}"),
				argumentSet("C1 control character in key", post + "X-API-Key: a\u0085\r\nContent-Length: 2\r\n\r\n{}"),
				argumentSet("C1 control character in coding",
						post + "Content-Encoding: a\u0085\r\nContent-Length: 2\r\n\r\n{}"),
				argumentSet("C1 control character in idempotency key",
						post + "Idempotency-Key: a\u0085\r\nContent-Length: " + MEMBER.length() + "\r\n\r\n" + MEMBER),
				argumentSet("null in header", get + "A: b\u0000c\r\n\r\n"),
				argumentSet("folded header", get.replace("problems", "nowhere") + "A: b\r\n c\r\n\r\n"),
				argumentSet("two hosts", get + "Host: y\r\n\r\n"),
				argumentSet("illegal host", "GET /problems HTTP/1.1\r\nHost: a b@c\r\n\r\n"),
				argumentSet("two lengths", post + "Content-Length: 3\r\nContent-Length: 4\r\n\r\n{}"),
				argumentSet("length and chunks",
						post + "Content-Length: 99999999999999999999\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
				argumentSet("huge chunk", post + "Transfer-Encoding: chunked\r\n\r\nfffffffff\r\n"),
				argumentSet("trailer", post + "Transfer-Encoding: chunked\r\n\r\n0\r\nA: b\r\n\r\n"),
				argumentSet("unknown expectation", post + "Expect: miracles\r\nContent-Length: 2\r\n\r\n{}"),
				argumentSet("deep JSON", post + "Content-Length: 5000\r\n\r\n" + "[".repeat(5_000)),
				argumentSet("form by PUT",
						"PUT /members HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
								+ "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 3\r\n\r\n%zz"),
				argumentSet("broken multipart",
						post.replace("application/json", "multipart/form-data") + "Content-Length: 3\r\n\r\nabc"),
				argumentSet("broken media type",
						post.replace("application/json", "a/b/c;;=") + "Content-Length: 2\r\n\r\n{}"),
				argumentSet("unknown charset",
						post.replace("application/json", "text/plain;charset=nope") + "Content-Length: 2\r\n\r\n{}"),
				argumentSet("broken accept", post + "Accept: /;q=x\r\nContent-Length: 2\r\n\r\n{}"),
				argumentSet("broken language", post + "Accept-Language: !!;q=9\r\nContent-Length: 2\r\n\r\n{}"),
				argumentSet("broken cookie", post + "Cookie: =;=\u0001\r\nContent-Length: 2\r\n\r\n{}"),
				argumentSet("broken origin", post + "Origin: ://\r\nContent-Length: 2\r\n\r\n{}"),
				argumentSet("proxy request",
						"CONNECT evil.example:443 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
				argumentSet("absolute target",
						"GET http://evil.example/nowhere HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"),
				argumentSet("websocket",
						"GET /nowhere HTTP/1.1\r\nHost: x\r\nConnection: close, Upgrade\r\n"
								+ "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAA\r\n\r\n"),
				argumentSet("h2c",
						"GET /nowhere HTTP/1.1\r\nHost: x\r\nConnection: close, Upgrade, HTTP2-Settings\r\n"
								+ "Upgrade: h2c\r\nHTTP2-Settings: AAAA\r\n\r\n"),
				argumentSet("tls", "\u0016\u0003\u0001\u0000\u0005" + "hello\r\n\r\n"),
				argumentSet("session", "GET /nowhere;jsessionid=1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
				argumentSet("error page", "GET /error HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"));
	}

	@ParameterizedTest
	@MethodSource("requests")
	void requestWhenMalformedGetsProblemWithoutInternals(String request) throws IOException {
		String response = RawClient.call(this.port, request);
		assertThat(response).startsWith("HTTP/1.1 4")
			.contains("Content-Type: application/problem+json", "\"outcome\":\"not_applied\"")
			.doesNotContain("Exception", "at org.", "Tomcat", "dev.memberproxy", "<html", "Server:");
		assertThat(findAll(anyRequestedFor(anyUrl()))).isEmpty();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = { "PUT | /members/242 | DELETE, GET, HEAD, OPTIONS, PATCH",
			"PATCH | /members | GET, HEAD, OPTIONS, POST", "GET | /members/batch | OPTIONS, POST" })
	void requestWhenMethodIsNotAllowedListsAllowedOnes(String method, String path, String allowed) {
		HttpResponse<String> response = ApiClient
			.send(ApiClient.request(this.port, path).method(method, BodyPublishers.noBody()).build());
		assertThat(response.statusCode()).isEqualTo(405);
		assertThat(response.headers().firstValue("Allow").orElseThrow().split(", ?"))
			.containsExactlyInAnyOrder(allowed.split(", "));
	}

	@Test
	void requestWhenBodyIsCompressedNamesIdentity() {
		HttpResponse<String> response = ApiClient.send(ApiClient.request(this.port, "/members")
			.header("Content-Type", "application/json")
			.header("Content-Encoding", "gzip")
			.POST(BodyPublishers.ofString(MEMBER))
			.build());
		assertThat(response.statusCode()).isEqualTo(415);
		assertThat(response.headers().firstValue("Accept-Encoding")).contains("identity");
	}

	/** RFC 9110 section 10.1.1 */
	@Test
	void requestWhenBodyWouldBeRejectedGetsNoContinue() throws IOException {
		assertThat(
				RawClient.call(this.port,
						"POST /members HTTP/1.1\r\nHost: x\r\nConnection: close\r\nExpect: 100-continue\r\n"
								+ "Content-Type: text/plain\r\nContent-Length: 30\r\n\r\n"))
			.startsWith("HTTP/1.1 415 ");
	}

	@Test
	void requestWhenBodyIsIncompleteIsLoggedOnce(CapturedOutput output) throws IOException {
		String response = RawClient.call(this.port,
				"POST /members HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Request-Id: broken-1\r\n"
						+ "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n");
		assertThat(response).startsWith("HTTP/1.1 400 ")
			.contains("\"code\":\"malformed\",\"detail\":\"must arrive whole\"");
		assertThat(output.getAll().lines().filter((line) -> line.contains("[broken-1]") && !line.contains(" audit ")))
			.singleElement()
			.asString()
			.contains("400 invalid-request: The body cannot be used.");
	}

	@ParameterizedTest
	@ValueSource(strings = { "GET /members/a%2Fb@example.com HTTP/1.1\r\n", "GET /members?a^b HTTP/1.1\r\n",
			"GET /members HTTP/1.1\r\nExpect: miracles\r\n" })
	void requestWhenRejectedByTomcatIsLogged(String start, CapturedOutput output) throws IOException {
		String response = RawClient.call(this.port, start + "Host: x\r\nConnection: close\r\n\r\n");
		String id = response.replaceAll("(?s).*\"requestId\":\"([^\"]+)\".*", "$1");
		assertThat(output.getAll().lines().filter((line) -> line.contains("[" + id + "]"))).singleElement()
			.asString()
			.contains("ProblemResponder", " invalid-request: ");
	}

}
