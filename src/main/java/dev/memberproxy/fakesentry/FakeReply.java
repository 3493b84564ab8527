package dev.memberproxy.fakesentry;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * An answer of the fake Sentry, in one of the many shapes that Sentry's answers have.
 *
 * @param status the HTTP status
 * @param headers the headers that are special to this answer
 * @param body a text that is sent as it is, or anything else to be written as JSON
 */
record FakeReply(int status, Map<String, String> headers, Object body) {

	static final String HTML = "text/html; charset=utf-8";

	/** No answer at all: the connection is closed. */
	static final FakeReply NONE = new FakeReply(0, Map.of(), "");

	private static final String SCIM_ERROR = "urn:ietf:params:scim:api:messages:2.0:Error";

	private static final String NOT_FOUND = "The requested resource does not exist";

	private static final String BAD_GATEWAY_PAGE = """
			<html>
			<head><title>502 Bad Gateway</title></head>
			<body>
			<center><h1>502 Bad Gateway</h1></center>
			<hr><center>nginx</center>
			</body>
			</html>
			""".replace("\n", "\r\n");

	static FakeReply json(int status, Object body) {
		return new FakeReply(status, Map.of("Content-Type", "application/json"), body);
	}

	static FakeReply text(int status, String contentType, String body) {
		return new FakeReply(status, Map.of("Content-Type", contentType), body);
	}

	static FakeReply noContent() {
		return new FakeReply(204, Map.of(), "");
	}

	/** The errors of Sentry's API outside of SCIM. */
	static FakeReply error(int status, String detail) {
		return json(status, Map.of("detail", detail));
	}

	static FakeReply scimError(int status, @Nullable String scimType, @Nullable String detail) {
		Map<String, Object> body = new LinkedHashMap<>();
		body.put("schemas", List.of(SCIM_ERROR));
		body.put("status", String.valueOf(status));
		if (scimType != null) {
			body.put("scimType", scimType);
		}
		if (detail != null) {
			body.put("detail", detail);
		}
		return json(status, body);
	}

	static FakeReply badRequest(String detail) {
		return scimError(400, null, detail);
	}

	static FakeReply memberNotFound() {
		return scimError(404, null, NOT_FOUND);
	}

	static FakeReply organizationNotFound() {
		return error(404, NOT_FOUND);
	}

	static FakeReply internalError() {
		return json(500, Map.of("detail", "Internal Error", "errorId", UUID.randomUUID().toString().replace("-", "")));
	}

	/** JSON by its looks, but not by its media type: so it is with Sentry's limiter. */
	static FakeReply rateLimited() {
		return text(429, HTML,
				"{\"detail\":\"You are attempting to use this endpoint too frequently. Limit is 40 requests in 1 seconds\"}");
	}

	static FakeReply badGateway() {
		return text(502, "text/html", BAD_GATEWAY_PAGE);
	}

	FakeReply withHeader(String name, String value) {
		Map<String, String> extended = new LinkedHashMap<>(this.headers);
		extended.put(name, value);
		return new FakeReply(this.status, extended, this.body);
	}

}
