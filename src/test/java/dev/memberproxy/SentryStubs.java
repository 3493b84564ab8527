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

/** Stubs responses of Sentry, and returns the requests that Sentry received. */
public final class SentryStubs {

	private SentryStubs() {
	}

	/**
	 * Stubs the responses to {@code POST Users}, in this order. The last one is repeated.
	 * Do not stub several responses for concurrent requests.
	 */
	public static void onPost(ResponseDefinitionBuilder... responses) {
		script(WireMock::post, "POST", "", responses);
	}

	public static void onGet(ResponseDefinitionBuilder... responses) {
		script(WireMock::get, "GET", "", responses);
	}

	public static void onGetById(String id, ResponseDefinitionBuilder... responses) {
		script(WireMock::get, "GET", "/" + id, responses);
	}

	public static void onPut(String id, ResponseDefinitionBuilder... responses) {
		script(WireMock::put, "PUT", "/" + id, responses);
	}

	public static void onDelete(String id, ResponseDefinitionBuilder... responses) {
		script(WireMock::delete, "DELETE", "/" + id, responses);
	}

	public static ResponseDefinitionBuilder created(String userName, String role) {
		return json(201, user("242", userName, role));
	}

	public static ResponseDefinitionBuilder member(String id, String userName, String role) {
		return json(200, user(id, userName, role));
	}

	/** The response for an unknown id. */
	public static ResponseDefinitionBuilder noSuchMember() {
		return json(404, """
				{"schemas":["urn:ietf:params:scim:api:messages:2.0:Error"],"status":"404",\
				"detail":"The requested resource does not exist"}""");
	}

	/** The response to a create request for an existing member. */
	public static ResponseDefinitionBuilder exists() {
		return json(409, """
				{"schemas":["urn:ietf:params:scim:api:messages:2.0:Error"],"status":"409","scimType":"uniqueness",\
				"detail":"User already exists in the database."}""");
	}

	/** A list of documents from {@link #user}. */
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
	 * All requests in order, as method and rest of the path, such as {@code GET} and
	 * {@code PUT /242}. Requests outside of SCIM users have their full path.
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
			ResponseDefinitionBuilder... responses) {
		for (int i = 0; i < responses.length; i++) {
			stubFor(method.apply(urlPathEqualTo(WireTests.USERS + rest))
				.inScenario(name + rest)
				.whenScenarioStateIs(state(i))
				.willSetStateTo(state(Math.min(i + 1, responses.length - 1)))
				.willReturn(responses[i]));
		}
	}

	private static String state(int index) {
		return (index == 0) ? Scenario.STARTED : String.valueOf(index);
	}

}
