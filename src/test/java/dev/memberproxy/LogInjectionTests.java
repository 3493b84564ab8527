package dev.memberproxy;

import java.io.IOException;
import java.util.regex.Pattern;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Input of a caller never starts a log line or controls a terminal, even with every
 * logger at TRACE.
 */
@WireTests
// The loggers of WireMock and of the test framework are excluded. TRACE takes time.
@TestPropertySource(properties = { "sentry.read-timeout=10s", "sentry.deadline=20s", "logging.level.root=trace",
		"logging.level.WireMock=off", "logging.level.org.eclipse.jetty=info",
		"logging.level.org.springframework.test=info", "logging.level.org.springframework.boot.test=info" })
@ExtendWith(OutputCaptureExtension.class)
class LogInjectionTests {

	private static final Pattern FORGED = Pattern.compile("(?mi)^[^a-z0-9]*FORGED");

	private static final Pattern CONTROL = Pattern.compile("[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\u2028\\u2029]");

	private static final String TAIL = " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\n";

	@LocalServerPort
	int port;

	@BeforeEach
	void stubSentry() {
		SentryStubs.onPost(SentryStubs.exists());
	}

	/** The level is global and would affect other tests. */
	@AfterAll
	static void resetLogLevel() {
		LoggingSystem.get(LogInjectionTests.class.getClassLoader())
			.setLogLevel(LoggingSystem.ROOT_LOGGER_NAME, LogLevel.INFO);
	}

	@ParameterizedTest
	@ValueSource(strings = { "\rFORGED", "\nFORGED", "\u001b[2JFORGED", "\u0085FORGED", "\u0000FORGED", "%0d%0aFORGED",
			"a\u000bFORGED", "\u009b2JFORGED", "\u007fFORGED", "\u00c2\u0085FORGED", "\u00c2\u009b2JFORGED",
			"\u00e2\u0080\u00a8FORGED", "\u00e2\u0080\u00a9FORGED", "\\u000aFORGED", "\\nFORGED", "\\u0085FORGED",
			"\\u009b2JFORGED", "\\u2028FORGED", "\\u001b[2JFORGED" })
	void valueOfCallerNeverStartsALogLine(String value, CapturedOutput output) throws IOException {
		send("POST /members" + value + TAIL + "\r\n");
		send("POST /organizations/" + value + "/members" + TAIL + "Content-Length: 2\r\n\r\n{}");
		send("POST /members?a" + value + "=b" + value + TAIL + "Content-Length: 2\r\n\r\n{}");
		send("PO" + value + "ST /members" + TAIL + "\r\n");
		for (String name : new String[] { "X-Request-Id", "Idempotency-Key", "Authorization", "Accept", "User-Agent",
				"X-Forwarded-For", "Origin", "traceparent", "Content-Encoding", "X" + value + "Y" }) {
			send("POST /members" + TAIL + name + ": a" + value + "\r\nContent-Length: 2\r\n\r\n{}");
		}
		for (String body : new String[] { "{\"userName\":\"" + value + "\"}",
				"{\"userName\":\"" + value + "@example.com\"}",
				"{\"userName\":\"ada@example.com\",\"sentryOrgRole\":\"" + value + "\"}",
				"{\"userName\":\"ada@example.com\",\"" + value + "\":{\"" + value + "\":\"" + value + "\"}}",
				"{\"userName\":[\"" + value + "\"]}", "{" + value }) {
			send("POST /members" + TAIL + "Content-Length: " + body.length() + "\r\n\r\n" + body);
		}
		assertThat(output.getAll()).contains("ProblemResponder", " TRACE ");
		assertThat(FORGED.matcher(output.getAll()).results()).isEmpty();
		assertThat(output.getAll().lines().filter((line) -> CONTROL.matcher(line).find())).isEmpty();
	}

	private void send(String request) throws IOException {
		// A line break in the request line makes it an HTTP 0.9 request. Its response
		// has no headers.
		assertThat(RawClient.call(this.port, request)).contains("\"outcome\":\"not_applied\"");
	}

}
