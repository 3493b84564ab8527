package dev.memberproxy.problem;

import java.io.IOException;
import java.util.stream.IntStream;

import dev.memberproxy.RawClient;
import dev.memberproxy.SentryStubs;
import dev.memberproxy.WireTests;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/** Callers who hang up before they have their answer: no fault of anybody's. */
@WireTests
@TestPropertySource(properties = "logging.level.dev.memberproxy.problem.ProblemAdvice=debug")
@ExtendWith(OutputCaptureExtension.class)
class GoneCallerTests {

	@LocalServerPort
	int port;

	@Test
	void listWhenCallerIsGoneIsToldAsItEnded(CapturedOutput output) throws IOException {
		// More than fits into the buffer, so that it is written at once, in several
		// turns.
		String[] members = IntStream.rangeClosed(1, 300)
			.mapToObj((id) -> SentryStubs.user(String.valueOf(id), "user" + id + "@example.com", "member"))
			.toArray(String[]::new);
		SentryStubs.onGet(SentryStubs.list(members).withFixedDelay(300));
		hangUpAfter("GET /members?count=100 HTTP/1.1\r\nHost: x\r\nX-Request-Id: gone-1\r\n\r\n");
		Awaitility.await().until(() -> output.getAll().contains("requestId=gone-1"));
		assertThat(output.getAll().lines().filter((line) -> line.contains("requestId=gone-1"))).singleElement()
			.asString()
			.contains("operation=list", "outcome=listed", "upstreamStatus=200")
			.doesNotContain("problem=");
		assertThat(output.getAll()).doesNotContain("internal-error");
	}

	@Test
	void pageWhenReaderIsGoneIsNoFault(CapturedOutput output) throws IOException {
		hangUpAfter("GET /docs/swagger-ui-bundle.js HTTP/1.1\r\nHost: x\r\nX-Request-Id: gone-2\r\n\r\n");
		Awaitility.await().until(() -> output.getAll().contains("[gone-2]"));
		assertThat(output.getAll().lines().filter((line) -> line.contains("[gone-2]"))).singleElement()
			.asString()
			.contains("DEBUG", "ProblemAdvice");
		assertThat(output.getAll()).doesNotContain("internal-error");
	}

	private void hangUpAfter(String request) throws IOException {
		try (RawClient client = RawClient.connect(this.port)) {
			client.send(request);
		}
	}

}
