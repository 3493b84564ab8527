package dev.memberproxy;

import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;

import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/** Assertions about responses. */
public final class Expect {

	/** Spring MVC sends it if the path looks like a file name, as an address does. */
	private static final String FOR_DOWNLOADS = "content-disposition";

	private Expect() {
	}

	/** Expects a successful change, and returns the body. */
	public static JsonNode change(HttpResponse<String> response, int status, String outcome) {
		assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
		assertThat(response.headers().allValues("Members-Outcome")).containsExactly(outcome);
		if (!response.body().isEmpty()) {
			assertThat(ApiClient.json(response).path("outcome").stringValue("")).isEqualTo(outcome);
		}
		boolean located = outcome.equals("created") || outcome.equals("reconciled");
		assertThat(response.headers().firstValue("Location").isPresent()).as("Location").isEqualTo(located);
		assertThat(response.headers().map()).doesNotContainKeys(FOR_DOWNLOADS);
		return ApiClient.json(response);
	}

	/** Expects a successful read, and returns the body. */
	public static JsonNode reading(HttpResponse<String> response) {
		assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
		assertThat(response.headers().map()).doesNotContainKeys("members-outcome", "location", FOR_DOWNLOADS);
		assertThat(ApiClient.json(response).has("outcome")).isFalse();
		return ApiClient.json(response);
	}

	/** Expects a problem with the outcome {@code not_applied}, and returns the body. */
	public static JsonNode problem(HttpResponse<String> response, int status, String slug) {
		return problem(response, status, slug, "not_applied");
	}

	/** Expects {@code outcome-unknown}, and returns the body. */
	public static JsonNode unknown(HttpResponse<String> response, int status) {
		JsonNode problem = problem(response, status, "outcome-unknown", "unknown");
		assertThat(problem.path("retryable").booleanValue()).isTrue();
		return problem;
	}

	private static JsonNode problem(HttpResponse<String> response, int status, String slug, String outcome) {
		assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
		assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
		assertThat(response.headers().map()).doesNotContainKeys("members-outcome", "location", "link", FOR_DOWNLOADS);
		JsonNode problem = ApiClient.json(response);
		assertThat(problem.path("type").stringValue()).isEqualTo("/problems/" + slug);
		assertThat(problem.path("outcome").stringValue()).isEqualTo(outcome);
		return problem;
	}

	/** The errors of a problem, each as pointer or parameter, colon and code. */
	public static List<String> errors(JsonNode problem) {
		List<String> errors = new ArrayList<>();
		problem.path("errors").forEach((error) -> {
			String place = error.path("pointer").stringValue(error.path("parameter").stringValue(""));
			errors.add(place + ":" + error.path("code").stringValue());
		});
		return errors;
	}

}
