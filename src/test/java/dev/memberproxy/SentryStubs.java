package dev.memberproxy;

import java.net.URI;
import java.util.List;
import java.util.function.Function;

import com.github.tomakehurst.wiremock.client.MappingBuilder;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.client.WireMock;
import com.github.tomakehurst.wiremock.matching.UrlPattern;
import com.github.tomakehurst.wiremock.stubbing.Scenario;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
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
		script(WireMock::post, "POST", "", answers);
	}

	/**
	 * Answers {@code GET Users} with these, in this order; the last one from then on.
	 * @param answers the answers
	 */
	public static void onGet(ResponseDefinitionBuilder... answers) {
		script(WireMock::get, "GET", "", answers);
	}

	/**
	 * Answers {@code GET Users/{id}} with these, in this order; the last one from then
	 * on.
	 * @param id the member
	 * @param answers the answers
	 */
	public static void onGetById(String id, ResponseDefinitionBuilder... answers) {
		script(WireMock::get, "GET", "/" + id, answers);
	}

	/**
	 * Answers {@code PUT Users/{id}} with these, in this order; the last one from then
	 * on.
	 * @param id the member
	 * @param answers the answers
	 */
	public static void onPut(String id, ResponseDefinitionBuilder... answers) {
		script(WireMock::put, "PUT", "/" + id, answers);
	}

	/**
	 * Answers {@code DELETE Users/{id}} with these, in this order; the last one from then
	 * on.
	 * @param id the member
	 * @param answers the answers
	 */
	public static void onDelete(String id, ResponseDefinitionBuilder... answers) {
		script(WireMock::delete, "DELETE", "/" + id, answers);
	}

	public static ResponseDefinitionBuilder created(String userName, String role) {
		return json(201, user("242", userName, role));
	}

	public static ResponseDefinitionBuilder member(String id, String userName, String role) {
		return json(200, user(id, userName, role));
	}

	/**
	 * What is answered about an id that no member has.
	 * @return an answer
	 */
	public static ResponseDefinitionBuilder noSuchMember() {
		return json(404, """
				{"schemas":["urn:ietf:params:scim:api:messages:2.0:Error"],"status":"404",\
				"detail":"The requested resource does not exist"}""");
	}

	/**
	 * What is answered to a request for a person who has joined already.
	 * @return an answer
	 */
	public static ResponseDefinitionBuilder exists() {
		return json(409, """
				{"schemas":["urn:ietf:params:scim:api:messages:2.0:Error"],"status":"409","scimType":"uniqueness",\
				"detail":"User already exists in the database."}""");
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

	/**
	 * Everything that was sent, in order: the method, and the id of the member if it was
	 * about one. What is no call to SCIM users stands there with its whole path.
	 * @return such as {@code GET} and {@code PUT /242}
	 */
	public static List<String> calls() {
		return WireMock.findAll(anyRequestedFor(anyUrl())).stream().map(SentryStubs::call).toList();
	}

	private static String call(LoggedRequest request) {
		String path = URI.create(request.getUrl()).getRawPath();
		String rest = path.startsWith(WireTests.USERS) ? path.substring(WireTests.USERS.length()) : path;
		return (request.getMethod().getName() + " " + rest).trim();
	}

	private static void script(Function<UrlPattern, MappingBuilder> method, String name, String rest,
			ResponseDefinitionBuilder... answers) {
		for (int i = 0; i < answers.length; i++) {
			stubFor(method.apply(urlPathEqualTo(WireTests.USERS + rest))
				.inScenario(name + rest)
				.whenScenarioStateIs(state(i))
				.willSetStateTo(state(Math.min(i + 1, answers.length - 1)))
				.willReturn(answers[i]));
		}
	}

	private static String state(int index) {
		return (index == 0) ? Scenario.STARTED : String.valueOf(index);
	}

}
