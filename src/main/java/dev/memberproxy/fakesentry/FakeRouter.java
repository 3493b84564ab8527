package dev.memberproxy.fakesentry;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Finds the way of a request through Sentry, in Sentry's order: route, credentials,
 * organization, member, method, body. What is wrong first decides the answer.
 */
final class FakeRouter {

	private static final Pattern USERS = Pattern
		.compile("/api/0/organizations/([^/]+)/scim/v2/Users(?:/(?<id>[0-9]+))?");

	private final String slug;

	private final FakeCredentials credentials;

	private final FakeOrganization organization;

	private final UsersEndpoint users;

	private final JsonMapper mapper;

	FakeRouter(String slug, FakeCredentials credentials, FakeOrganization organization, UsersEndpoint users,
			JsonMapper mapper) {
		this.slug = slug;
		this.credentials = credentials;
		this.organization = organization;
		this.users = users;
		this.mapper = mapper;
	}

	FakeReply route(Request request) throws InterruptedException {
		Matcher path = USERS.matcher(request.path());
		if (!path.matches()) {
			return unknownRoute(request);
		}
		Optional<FakeReply> refusal = this.credentials.check(request.authorization());
		if (refusal.isPresent()) {
			return refusal.get();
		}
		String id = path.group("id");
		boolean knownOrganization = this.slug.equals(path.group(1));
		if (id == null) {
			return knownOrganization ? handleAll(request) : FakeReply.organizationNotFound();
		}
		Optional<FakeMember> member = knownOrganization ? find(id) : Optional.empty();
		return member.isPresent() ? handleOne(request, member.get()) : FakeReply.memberNotFound();
	}

	private FakeReply handleAll(Request request) throws InterruptedException {
		try {
			return switch (request.method()) {
				case "GET" -> this.users.list(request.query());
				case "POST" -> this.users.create(read(request.body()));
				default -> methodNotAllowed(request, "GET, POST");
			};
		}
		catch (JacksonException ex) {
			return malformed(ex);
		}
	}

	private FakeReply handleOne(Request request, FakeMember member) {
		try {
			return switch (request.method()) {
				case "GET" -> this.users.get(member);
				case "PUT" -> this.users.changeRole(member, read(request.body()));
				case "PATCH" -> this.users.patch(member, read(request.body()));
				case "DELETE" -> this.users.remove(member);
				default -> methodNotAllowed(request, "GET, PUT, PATCH, DELETE");
			};
		}
		catch (JacksonException ex) {
			return malformed(ex);
		}
	}

	private Optional<FakeMember> find(String id) {
		try {
			return this.organization.get(Long.parseLong(id));
		}
		catch (NumberFormatException ex) {
			return Optional.empty();
		}
	}

	private JsonNode read(byte[] body) {
		return (body.length != 0) ? this.mapper.readTree(body) : this.mapper.createObjectNode();
	}

	private static FakeReply malformed(JacksonException ex) {
		TokenStreamLocation at = ex.getLocation();
		return FakeReply.error(400, "JSON parse error - Expecting value: line %d column %d (char %d)"
			.formatted(at.getLineNr(), at.getColumnNr(), Math.max(0, at.getByteOffset())));
	}

	private static FakeReply methodNotAllowed(Request request, String allowed) {
		return FakeReply.error(405, "Method \"" + request.method() + "\" not allowed.").withHeader("Allow", allowed);
	}

	private static FakeReply unknownRoute(Request request) {
		if (request.path().endsWith("/")) {
			return FakeReply.text(404, FakeReply.HTML, "");
		}
		String info = "Route not found, did you forget a trailing slash? try: " + request.path() + "/";
		String contentType = request.contentType();
		return (contentType != null && contentType.startsWith("application/json"))
				? FakeReply.json(404, Map.of("info", info)) : FakeReply.text(404, "text/plain", info + "\n");
	}

	/**
	 * What Sentry looks at in a request.
	 *
	 * @param method the method
	 * @param path the path as it was sent
	 * @param query the query as it was sent, if any
	 * @param authorization the header with the credentials, if any
	 * @param contentType the media type of the body, if any; of no importance to SCIM
	 * @param body the body, possibly empty
	 */
	@SuppressWarnings("ArrayRecordComponent")
	record Request(String method, String path, @Nullable String query, @Nullable String authorization,
			@Nullable String contentType, byte[] body) {
	}

}
