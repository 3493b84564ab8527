package dev.memberproxy.problem;

import java.net.http.HttpResponse;
import java.util.Arrays;

import dev.memberproxy.ApiClient;
import dev.memberproxy.WireTests;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.web.util.HtmlUtils;

import static org.assertj.core.api.Assertions.assertThat;

@WireTests
class ProblemPagesTests {

	@LocalServerPort
	int port;

	@ParameterizedTest
	@EnumSource
	void pageHasCauseRetryAndRemedy(ProblemType type) {
		HttpResponse<String> response = get(type.uri().toString());
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.headers().firstValue("Content-Type")).contains("text/html;charset=UTF-8");
		assertThat(response.body().replaceAll("</?code>", "`")).contains(HtmlUtils.htmlEscape(type.title()),
				HtmlUtils.htmlEscape(type.cause()), HtmlUtils.htmlEscape(type.remedy()), type.retryAdvice());
	}

	@Test
	void indexLinksEveryPage() {
		assertThat(get("/problems").body()).contains(
				Arrays.stream(ProblemType.values()).map((type) -> "href=\"problems/" + type.slug() + "\"").toList());
	}

	private HttpResponse<String> get(String path) {
		return ApiClient.send(ApiClient.request(this.port, path).header("Accept", "application/json").GET().build());
	}

}
