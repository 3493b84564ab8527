package dev.memberproxy.fakesentry;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * A response of the fake Sentry, in one of the many forms that Sentry's responses have.
 *
 * @param status the HTTP status
 * @param headers the headers that only this response has
 * @param body the body; empty if there is none
 */
record FakeResponse(int status, Map<String, String> headers, String body) {

	static final String HTML = "text/html; charset=utf-8";

	/** No response: the connection is closed. */
	static final FakeResponse NONE = new FakeResponse(0, Map.of(), "");

	private static final JsonMapper mapper = JsonMapper.shared();

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

	static FakeResponse json(int status, Object body) {
		return text(status, "application/json", mapper.writeValueAsString(body));
	}

	static FakeResponse text(int status, String contentType, String body) {
		return new FakeResponse(status, Map.of("Content-Type", contentType), body);
	}

	static FakeResponse noContent() {
		return new FakeResponse(204, Map.of(), "");
	}

	/** The form of errors outside of SCIM. */
	static FakeResponse error(int status, String detail) {
		return json(status, Map.of("detail", detail));
	}

	static FakeResponse scimError(int status, @Nullable String scimType, @Nullable String detail) {
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

	static FakeResponse badRequest(String detail) {
		return scimError(400, null, detail);
	}

	/** Sentry writes the errors of fields as JSON into the text of the error. */
	static FakeResponse invalidFields(Map<String, ?> errors) {
		return badRequest(mapper.writeValueAsString(errors));
	}

	static FakeResponse memberNotFound() {
		return scimError(404, null, NOT_FOUND);
	}

	static FakeResponse organizationNotFound() {
		return error(404, NOT_FOUND);
	}

	static FakeResponse unauthorized(String detail) {
		return error(401, detail).withHeader("WWW-Authenticate", "Bearer realm=\"api\"");
	}

	static FakeResponse internalError() {
		return json(500, Map.of("detail", "Internal Error", "errorId", UUID.randomUUID().toString().replace("-", "")));
	}

	/** Sentry's rate limiter sends JSON with the media type of HTML. */
	static FakeResponse rateLimited() {
		return text(429, HTML,
				"{\"detail\":\"You are attempting to use this endpoint too frequently. Limit is 40 requests in 1 seconds\"}");
	}

	static FakeResponse badGateway() {
		return text(502, "text/html", BAD_GATEWAY_PAGE);
	}

	FakeResponse withHeader(String name, String value) {
		Map<String, String> more = new LinkedHashMap<>(this.headers);
		more.put(name, value);
		return new FakeResponse(this.status, more, this.body);
	}

}
