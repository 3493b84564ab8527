package dev.memberproxy;

import java.net.http.HttpResponse;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.findAll;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.stubFor;
import static org.assertj.core.api.Assertions.assertThat;

/** The token shows up nowhere, even with every logger at DEBUG. */
@WireTests
// WireMock and its server are Sentry here: what they log of a request is not ours.
@TestPropertySource(properties = { "logging.level.root=debug", "logging.level.WireMock=off",
		"logging.level.org.eclipse.jetty=info" })
@ExtendWith(OutputCaptureExtension.class)
class SecretLeakTests {

	@LocalServerPort
	int port;

	@LocalManagementPort
	int managementPort;

	@Test
	void tokenReachesSentryAndNobodyElse(CapturedOutput output) {
		StringBuilder seen = new StringBuilder();
		for (int status : new int[] { 201, 400, 401, 403, 404, 409, 429, 500, 502 }) {
			stubFor(post(WireTests.USERS).willReturn(
					aResponse().withStatus(status).withBody("{\"id\":\"1\",\"detail\":\"" + WireTests.TOKEN + "\"}")));
			seen.append(text(Call.post(this.port, "/members", "{\"userName\":\"ada@example.com\"}")));
		}
		for (String path : new String[] { "/actuator", "/actuator/health", "/actuator/prometheus", "/actuator/env",
				"/actuator/configprops", "/actuator/metrics" }) {
			seen.append(text(Call.send(Call.request(this.managementPort, path).GET().build())));
		}
		assertThat(findAll(anyRequestedFor(anyUrl()))).hasSizeGreaterThan(9)
			.allSatisfy(
					(request) -> assertThat(request.getHeader("Authorization")).isEqualTo("Bearer " + WireTests.TOKEN));
		assertThat(seen.toString()).contains("http_server_requests").doesNotContain(WireTests.TOKEN);
		assertThat(output.toString().lines().filter((line) -> line.contains("dev.memberproxy"))).isNotEmpty();
		assertThat(output.toString()).contains("dev.memberproxy", " DEBUG ").doesNotContain(WireTests.TOKEN);
	}

	private static String text(HttpResponse<String> response) {
		return response.headers() + response.body();
	}

}
