package dev.memberproxy;

import java.net.http.HttpResponse;

import org.junit.jupiter.api.Test;

import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/** Forwarded headers are not trusted by default, also not on Kubernetes. */
@WireTests
@TestPropertySource(properties = "spring.main.cloud-platform=kubernetes")
class ForwardedHeadersTests {

	@LocalServerPort
	int port;

	@Test
	void problemWhenCallerSendsPrefixIgnoresIt() {
		HttpResponse<String> response = ApiClient.send(ApiClient.request(this.port, "/members/nobody")
			.header("X-Forwarded-Prefix", "/people")
			.header("X-Forwarded-Proto", "https")
			.build());
		assertThat(ApiClient.json(response).path("type").stringValue()).startsWith("/problems/");
		assertThat(response.headers().map()).doesNotContainKey("strict-transport-security");
	}

	@Test
	void problemWhenRejectedEarlyIgnoresPrefix() throws Exception {
		assertThat(RawClient.call(this.port,
				"GET /members/a%2Fb HTTP/1.1\r\nHost: x\r\nX-Forwarded-Prefix: /people\r\nConnection: close\r\n\r\n"))
			.contains("\"type\":\"/problems/");
	}

	@Test
	void rootRedirectsToDocs() {
		HttpResponse<String> response = ApiClient.get(this.port, "/");
		assertThat(response.statusCode()).isEqualTo(302);
		assertThat(response.headers().firstValue("Location")).contains("/docs");
	}

}
