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

/** A caller that closes the connection early causes no problem. */
@WireTests
@TestPropertySource(properties = "logging.level.dev.memberproxy.problem.ProblemAdvice=debug")
@ExtendWith(OutputCaptureExtension.class)
class DisconnectedCallerTests {

	@LocalServerPort
	int port;

	@Test
	void listWhenConnectionIsClosedKeepsOutcome(CapturedOutput output) throws IOException {
		// Larger than the buffer, so that it is written in several steps.
		String[] members = IntStream.rangeClosed(1, 300)
			.mapToObj((id) -> SentryStubs.user(String.valueOf(id), "user" + id + "@example.com", "member"))
			.toArray(String[]::new);
		SentryStubs.onGet(SentryStubs.list(members).withFixedDelay(300));
		disconnectAfter("GET /members?count=100 HTTP/1.1\r\nHost: x\r\nX-Request-Id: gone-1\r\n\r\n");
		Awaitility.await().until(() -> output.getAll().contains("requestId=gone-1"));
		assertThat(output.getAll().lines().filter((line) -> line.contains("requestId=gone-1"))).singleElement()
			.asString()
			.contains("operation=list", "outcome=listed", "upstreamStatus=200")
			.doesNotContain("problem=");
		assertThat(output.getAll()).doesNotContain("internal-error");
	}

	@Test
	void pageWhenConnectionIsClosedIsNoProblem(CapturedOutput output) throws IOException {
		disconnectAfter("GET /docs/swagger-ui-bundle.js HTTP/1.1\r\nHost: x\r\nX-Request-Id: gone-2\r\n\r\n");
		Awaitility.await().until(() -> output.getAll().contains("[gone-2]"));
		assertThat(output.getAll().lines().filter((line) -> line.contains("[gone-2]"))).singleElement()
			.asString()
			.contains("DEBUG", "ProblemAdvice");
		assertThat(output.getAll()).doesNotContain("internal-error");
	}

	private void disconnectAfter(String request) throws IOException {
		try (RawClient client = RawClient.connect(this.port)) {
			client.send(request);
		}
	}

}
