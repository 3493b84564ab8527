package dev.memberproxy.members;

import java.net.http.HttpResponse;

import dev.memberproxy.ApiClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;

@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = { "management.server.port=0", "sentry.organization-slug=acme", "sentry.token=t",
				"sentry.base-url=http://127.0.0.1:1", "sentry.read-timeout=600ms", "sentry.deadline=1s",
				"members.access=open", "HTTPS_PROXY=http://user:secret@proxy.test:3128" })
@ExtendWith(OutputCaptureExtension.class)
class UnreachableSentryTests {

	@LocalServerPort
	int port;

	@Test
	void createWhenSentryIsUnreachableIsNotApplied(CapturedOutput output) {
		HttpResponse<String> response = ApiClient.post(this.port, "/members", "{\"userName\":\"ada@example.com\"}");
		assertThat(response.statusCode()).isEqualTo(503);
		JsonNode problem = ApiClient.json(response);
		assertThat(problem.path("type").stringValue()).isEqualTo("/problems/sentry-unavailable");
		assertThat(problem.path("outcome").stringValue()).isEqualTo("not_applied");
		assertThat(problem.path("retryable").booleanValue()).isTrue();
		assertThat(problem.has("upstream")).isFalse();
		assertThat(output.toString().lines().filter((line) -> line.contains("ProblemResponder"))).singleElement()
			.asString()
			.contains("Connection refused",
					"HTTPS_PROXY is set, but this service does not read it: set members.proxy.url.")
			.doesNotContain("ada@example.com", "secret", "proxy.test");
	}

}
