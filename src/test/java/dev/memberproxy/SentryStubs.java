package dev.memberproxy;

import java.util.function.Function;

import com.github.tomakehurst.wiremock.client.MappingBuilder;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.client.WireMock;
import com.github.tomakehurst.wiremock.matching.UrlPattern;
import com.github.tomakehurst.wiremock.stubbing.Scenario;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.stubFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;

/** A scripted Sentry: what it answers, one after the other, and what it was sent. */
public final class SentryStubs {

	private SentryStubs() {
	}

	/**
	 * Answers {@code POST Users} with these, in this order; the last one from then on.
	 * Concurrent requests must not be scripted.
	 * @param answers the answers
	 */
	public static void onPost(ResponseDefinitionBuilder... answers) {
		script(WireMock::post, "POST", answers);
	}

	/**
	 * Answers {@code GET Users} with these, in this order; the last one from then on.
	 * @param answers the answers
	 */
	public static void onGet(ResponseDefinitionBuilder... answers) {
		script(WireMock::get, "GET", answers);
	}

	public static ResponseDefinitionBuilder created(String userName, String role) {
		return json(201, user("242", userName, role));
	}

	/**
	 * The list of these members.
	 * @param users documents as {@link #user} makes them
	 * @return an answer
	 */
	public static ResponseDefinitionBuilder list(String... users) {
		return json(200, """
				{"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],"totalResults":%d,"startIndex":1,\
				"itemsPerPage":%d,"Resources":[%s]}""".formatted(users.length, users.length, String.join(",", users)));
	}

	public static String user(String id, String userName, String role) {
		return """
				{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"id":"%s","userName":"%s",\
				"name":{"givenName":"N/A","familyName":"N/A"},"emails":[{"primary":true,"value":"%s","type":"work"}],\
				"meta":{"resourceType":"User"},"sentryOrgRole":"%s","active":true}""".formatted(id, userName, userName,
				role);
	}

	public static ResponseDefinitionBuilder json(int status, String body) {
		return aResponse().withStatus(status).withHeader("Content-Type", "application/json").withBody(body);
	}

	public static int posts() {
		return WireMock.findAll(postRequestedFor(urlPathEqualTo(WireTests.USERS))).size();
	}

	public static int gets() {
		return WireMock.findAll(getRequestedFor(urlPathEqualTo(WireTests.USERS))).size();
	}

	private static void script(Function<UrlPattern, MappingBuilder> method, String scenario,
			ResponseDefinitionBuilder... answers) {
		for (int i = 0; i < answers.length; i++) {
			stubFor(method.apply(urlPathEqualTo(WireTests.USERS))
				.inScenario(scenario)
				.whenScenarioStateIs(state(i))
				.willSetStateTo(state(Math.min(i + 1, answers.length - 1)))
				.willReturn(answers[i]));
		}
	}

	private static String state(int index) {
		return (index == 0) ? Scenario.STARTED : String.valueOf(index);
	}

}
