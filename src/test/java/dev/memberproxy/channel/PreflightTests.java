package dev.memberproxy.channel;

import java.util.List;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.client.WireMock;
import dev.memberproxy.SentryStubs;
import dev.memberproxy.WireTests;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.TestPropertySource;

import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static org.assertj.core.api.Assertions.assertThat;

@WireTests
@TestPropertySource(properties = "sentry.preflight-interval=50ms")
// It would send requests during other tests.
@DirtiesContext
@ExtendWith(OutputCaptureExtension.class)
class PreflightTests {

	@Test
	void preflightLogsEachChangeOnce(CapturedOutput output) {
		answer(SentryStubs.list(), "Sentry of organization default responds", output);
		answer(SentryStubs.json(401, "{\"detail\":\"Token expired\"}"),
				"Sentry of organization default is not usable (token-refused): The token has expired.", output);
		answer(SentryStubs.list(), "Sentry of organization default responds", output);
		assertThat(WireMock.findAll(anyRequestedFor(anyUrl()))).hasSizeGreaterThan(2).allSatisfy((request) -> {
			assertThat(request.getMethod().value()).isEqualTo("GET");
			assertThat(request.getUrl()).isEqualTo(WireTests.USERS + "?startIndex=1&count=1");
		});
	}

	/** Several rounds bring the same answer, and one line about it. */
	private static void answer(ResponseDefinitionBuilder answer, String line, CapturedOutput output) {
		int said = count(output, line);
		WireMock.resetToDefault();
		SentryStubs.onGet(answer);
		Awaitility.await().until(() -> count(output, line) > said);
		int rounds = SentryStubs.gets();
		Awaitility.await().until(() -> SentryStubs.gets() > rounds + 3);
		assertThat(count(output, line)).isEqualTo(said + 1);
	}

	private static int count(CapturedOutput output, String text) {
		return List.of(output.getOut().split("\n")).stream().filter((line) -> line.contains(text)).toList().size();
	}

}
