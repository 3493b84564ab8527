package dev.memberproxy.fakesentry;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.sun.net.httpserver.HttpExchange;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Checks a request in Sentry's order: route, credentials, organization, member, method,
 * body. The first error decides the response.
 */
final class FakeRouter {

	private static final Pattern USERS = Pattern
		.compile("/api/0/organizations/([^/]+)/scim/v2/Users(?:/(?<id>[0-9]+))?");

	private final String slug;

	private final String token;

	private final FakeOrganization organization;

	private final UsersEndpoint users;

	private final JsonMapper mapper = JsonMapper.shared();

	/**
	 * @param slug the slug of the organization
	 * @param token the only token that is accepted
	 * @param organization the members
	 * @param slowness how long {@link MagicAddress#SLOW} takes
	 */
	FakeRouter(String slug, String token, FakeOrganization organization, Duration slowness) {
		this.slug = slug;
		this.token = token;
		this.organization = organization;
		this.users = new UsersEndpoint(organization, slowness);
	}

	FakeResponse route(HttpExchange exchange, byte[] body) throws InterruptedException {
		URI uri = exchange.getRequestURI();
		Matcher path = USERS.matcher(uri.getRawPath());
		if (!path.matches()) {
			return unknownRoute(uri.getRawPath(), exchange.getRequestHeaders().getFirst("Content-Type"));
		}
		Optional<String> refusal = checkCredentials(exchange.getRequestHeaders().getFirst("Authorization"));
		if (refusal.isPresent()) {
			return FakeResponse.unauthorized(refusal.get());
		}
		String id = path.group("id");
		boolean knownOrganization = this.slug.equals(path.group(1));
		if (id == null && !knownOrganization) {
			return FakeResponse.organizationNotFound();
		}
		try {
			if (id == null) {
				return handleAll(exchange.getRequestMethod(), uri.getRawQuery(), body);
			}
			Optional<FakeMember> member = knownOrganization ? find(id) : Optional.empty();
			return member.isPresent() ? handleOne(exchange.getRequestMethod(), member.get(), body)
					: FakeResponse.memberNotFound();
		}
		catch (JacksonException ex) {
			return malformed(ex);
		}
	}

	private FakeResponse handleAll(String method, @Nullable String query, byte[] body) throws InterruptedException {
		return switch (method) {
			case "GET" -> this.users.list(query);
			case "POST" -> this.users.create(read(body));
			default -> methodNotAllowed(method, "GET, POST");
		};
	}

	private FakeResponse handleOne(String method, FakeMember member, byte[] body) {
		return switch (method) {
			case "GET" -> this.users.get(member);
			case "PUT" -> this.users.changeRole(member, read(body));
			case "PATCH" -> this.users.patch(member, read(body));
			case "DELETE" -> this.organization.remove(member.id());
			default -> methodNotAllowed(method, "GET, PUT, PATCH, DELETE");
		};
	}

	/** Returns the text of the refusal, or empty if the credentials are right. */
	private Optional<String> checkCredentials(@Nullable String authorization) {
		String[] words = (authorization != null) ? authorization.strip().split(" +") : new String[0];
		if (words.length == 0 || !words[0].equalsIgnoreCase("Bearer")) {
			return Optional.of("Authentication credentials were not provided.");
		}
		if (words.length == 1) {
			return Optional.of("Invalid token header. No credentials provided.");
		}
		if (words.length > 2) {
			return Optional.of("Invalid token header. Token string should not contain spaces.");
		}
		return words[1].equals(this.token) ? Optional.empty() : Optional.of("Invalid token");
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

	private static FakeResponse malformed(JacksonException ex) {
		TokenStreamLocation at = ex.getLocation();
		return FakeResponse.error(400, "JSON parse error - Expecting value: line %d column %d (char %d)"
			.formatted(at.getLineNr(), at.getColumnNr(), Math.max(0, at.getByteOffset())));
	}

	private static FakeResponse methodNotAllowed(String method, String allowed) {
		return FakeResponse.error(405, "Method \"" + method + "\" not allowed.").withHeader("Allow", allowed);
	}

	private static FakeResponse unknownRoute(String path, @Nullable String contentType) {
		if (path.endsWith("/")) {
			return FakeResponse.text(404, FakeResponse.HTML, "");
		}
		String info = "Route not found, did you forget a trailing slash? try: " + path + "/";
		return (contentType != null && contentType.startsWith("application/json"))
				? FakeResponse.json(404, Map.of("info", info)) : FakeResponse.text(404, "text/plain", info + "\n");
	}

}
