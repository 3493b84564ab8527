package dev.memberproxy.apidocs;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;

import dev.memberproxy.ApiClient;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.ActiveProfiles;

import static org.assertj.core.api.Assertions.assertThat;

/** Responses of the service match {@code docs/openapi.yaml}. */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = { "management.server.port=0", "members.access=clients",
				"members.clients.all.key-sha256=" + DescribedAnswersTests.ALL_DIGEST,
				"members.clients.all.operations=create,read,update-role,delete",
				"members.clients.all.roles=billing,member,manager,admin",
				"members.clients.few.key-sha256=" + DescribedAnswersTests.FEW_DIGEST,
				"members.clients.few.requests-per-minute=1" })
@ActiveProfiles("demo")
class DescribedAnswersTests {

	private static final String ALL = "smp_described-answers-test-key-of-the-client-that-may-do-all";

	static final String ALL_DIGEST = "b99af20bfc1bb7c7bed5174dc4bfaed280a376c94f6be7080cd91fca194d49ea";

	private static final String FEW = "smp_described-answers-test-key-of-the-client-that-may-do-little";

	static final String FEW_DIGEST = "c5836b8afde8185f3de143df16585e60fe96a9ba41c43cdba5325833638955ca";

	private static final String JSON = "application/json";

	private final DescribedApi description = new DescribedApi();

	@LocalServerPort
	int port;

	DescribedAnswersTests() throws Exception {
	}

	/** The tests depend on each other, in this order. */
	@TestFactory
	List<DynamicTest> responses() {
		List<DynamicTest> tests = new ArrayList<>();
		for (String prefix : List.of("", "/organizations/default")) {
			String members = prefix + "/members";
			String ada = members + "/ada@" + (prefix.isEmpty() ? "one" : "two") + ".example";
			String someone = "{\"userName\":\"%s@" + (prefix.isEmpty() ? "one" : "two")
					+ ".example\",\"sentryOrgRole\":\"member\"}";
			tests.addAll(List.of(test(201, "PUT", ada, JSON, "{\"sentryOrgRole\":\"member\"}"),
					test(200, "PUT", ada, JSON, ""), test(200, "PUT", ada, JSON, "{\"sentryOrgRole\":\"manager\"}"),
					test(200, "PUT", ada.replace("ada", "eve") + "?dryRun=true", JSON, ""),
					test(200, "GET", ada, "", ""), test(200, "GET", members, "", ""),
					test(200, "GET", members + "?startIndex=2&count=1", "", ""),
					test(200, "GET", members + "?userName=nobody@example.com", "", ""),
					test(200, "PATCH", ada + "?dryRun=true", JSON, "{\"sentryOrgRole\":\"admin\"}"),
					test(200, "PATCH", ada, "application/merge-patch+json", "{\"sentryOrgRole\":\"member\"}"),
					test(200, "DELETE", ada + "?dryRun=true", "", ""), test(204, "DELETE", ada, "", ""),
					test(201, "POST", members, "application/scim+json", someone.formatted("ada")),
					test(409, "POST", members, JSON, someone.formatted("ada")),
					test(200, "POST", members + "?dryRun=true", JSON, someone.formatted("eve")),
					test(409, "POST", members, JSON, someone.formatted("joined")),
					test(200, "POST", members, JSON, someone.formatted("dropped")),
					test(502, "POST", members, JSON, someone.formatted("broken")),
					test(201, "PUT", members + "/requested@example.com", JSON, "{}"),
					test(200, "POST", members + "/batch", "application/x-ndjson", """
							{"op":"ensure","userName":"eve@batch.example"}
							{"op":"delete","userName":"nobody@batch.example"}
							{"op":"delete","userName":"eve@batch.example"}
							{"op":"delete"}
							"""), test(200, "POST", members + "/batch", JSON, "[5]"),
					test(400, "POST", members, JSON, "{\"userName\":\"x\",\"active\":true,\"sentryOrgRole\":5}"),
					test(400, "GET", members + "?count=0&x=y", "", ""),
					test(400, "POST", members + "/batch", JSON, "{}"), test(404, "GET", members + "/1", "", ""),
					test(404, "DELETE", members + "/nobody@example.com", "", ""),
					test(404, "GET", members + "/nobody", "", ""), test(405, "PUT", members + "/1", JSON, "{}"),
					test(409, "DELETE", members + "/owner@example.com", "", ""),
					test(413, "POST", members, JSON, " ".repeat(70_000)), test(415, "POST", members, "text/plain", "x"),
					test(415, "PATCH", ada, "text/plain", "x"),
					test(415, "POST", members + "/batch", "text/plain", "x")));
		}
		tests.add(test(404, "GET", "/organizations/nope/members", "", ""));
		return tests;
	}

	@Test
	void rejectedRequestHasDescribedResponse() {
		assertDescribed(401, "GET", "/members", send("GET", "/members", "", "", null));
		assertDescribed(401, "GET", "/members", send("GET", "/members", "", "", "smp_unknown"));
		assertDescribed(403, "DELETE", "/members/1", send("DELETE", "/members/1", "", "", FEW));
		assertDescribed(200, "GET", "/members", send("GET", "/members", "", "", FEW));
		assertDescribed(429, "GET", "/members", send("GET", "/members", "", "", FEW));
	}

	@Test
	void requestWithOtherAcceptHasDescribedResponse() {
		HttpRequest.Builder request = request("GET", "/members", "", "", ALL);
		assertDescribed(200, "GET", "/members",
				ApiClient.send(request.copy().header("Accept", "application/scim+json").build()));
		assertDescribed(406, "GET", "/members", ApiClient.send(request.copy().header("Accept", "text/html").build()));
	}

	@Test
	void replayedResponseIsDescribed() {
		HttpRequest request = request("POST", "/members", JSON, "{\"userName\":\"again@example.com\"}", ALL)
			.header("Idempotency-Key", "described")
			.build();
		assertDescribed(201, "POST", "/members", ApiClient.send(request));
		HttpResponse<String> replayed = ApiClient.send(request);
		assertThat(replayed.headers().firstValue("Idempotency-Replayed")).contains("true");
		assertDescribed(201, "POST", "/members", replayed);
	}

	private DynamicTest test(int status, String method, String target, String mediaType, String body) {
		return DynamicTest.dynamicTest(method + " " + target + " " + status, () -> assertDescribed(status, method,
				target.replaceFirst("\\?.*", ""), send(method, target, mediaType, body, ALL)));
	}

	private void assertDescribed(int status, String method, String path, HttpResponse<String> response) {
		assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
		assertThat(this.description.differences(method, path, response))
			.as("%s %s", response.headers().map(), response.body())
			.isEmpty();
	}

	private HttpResponse<String> send(String method, String target, String mediaType, String body, String key) {
		return ApiClient.send(request(method, target, mediaType, body, key).build());
	}

	private HttpRequest.Builder request(String method, String target, String mediaType, String body, String key) {
		HttpRequest.Builder request = ApiClient.request(this.port, target)
			.method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
		if (!body.isEmpty()) {
			request.header("Content-Type", mediaType);
		}
		if (key != null) {
			request.header("X-API-Key", key);
		}
		return request;
	}

}
