package dev.memberproxy;

import java.net.http.HttpResponse;

import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.ActiveProfiles;

import static org.assertj.core.api.Assertions.assertThat;

/** Requests of the README, with the built-in Sentry. */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT, properties = "management.server.port=0")
@ActiveProfiles("demo")
class DemoTests {

	@LocalServerPort
	int port;

	@Test
	void createReturnsMemberAndRepeatedCreateIsConflict() {
		String ada = "{\"userName\": \"ada@example.com\", \"sentryOrgRole\": \"member\"}";
		HttpResponse<String> first = ApiClient.post(this.port, "/members", ada);
		assertThat(first.statusCode()).isEqualTo(201);
		assertThat(first.headers().firstValue("Location").orElseThrow()).matches("/members/\\d+");
		HttpResponse<String> second = ApiClient.post(this.port, "/members", ada);
		assertThat(second.statusCode()).isEqualTo(409);
		assertThat(ApiClient.json(second).path("type").stringValue()).isEqualTo("/problems/member-already-invited");
	}

	@Test
	void rejectedRequestReturnsProblem() {
		HttpResponse<String> response = ApiClient.post(this.port, "/members", "{\"userName\": \"joined@example.com\"}");
		assertThat(response.statusCode()).isEqualTo(409);
		assertThat(ApiClient.json(response).path("type").stringValue()).isEqualTo("/problems/member-exists");
	}

	@Test
	void lostResponseIsReconciled() {
		HttpResponse<String> response = ApiClient.post(this.port, "/members",
				"{\"userName\": \"dropped@example.com\"}");
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.headers().firstValue("Members-Outcome")).contains("reconciled");
	}

	@Test
	void openJoinRequestWithAnotherRoleIsNamed() {
		HttpResponse<String> response = ApiClient.post(this.port, "/members",
				"{\"userName\": \"requested@example.com\", \"sentryOrgRole\": \"admin\"}");
		assertThat(response.statusCode()).isEqualTo(502);
		assertThat(response.headers().firstValue("Retry-After")).contains("60");
		assertThat(ApiClient.json(response).path("detail").stringValue()).contains("requested to join");
	}

}
