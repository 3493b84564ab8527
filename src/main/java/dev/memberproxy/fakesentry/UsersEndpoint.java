package dev.memberproxy.fakesentry;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.memberproxy.fakesentry.FakeMember.State;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Sentry's SCIM resource of members, after authentication and routing. */
final class UsersEndpoint {

	private static final String LIST_RESPONSE = "urn:ietf:params:scim:api:messages:2.0:ListResponse";

	/**
	 * Of Sentry's filters only the one by address. Sentry accepts any character in place
	 * of the quotes, and splits the filter at commas.
	 */
	private static final Pattern FILTER = Pattern.compile("userName eq .([^,]*).");

	private static final int DEFAULT_COUNT = 100;

	private final FakeOrganization organization;

	private final Duration slowness;

	/** The addresses whose first request was rate limited. */
	private final Set<String> limited = ConcurrentHashMap.newKeySet();

	UsersEndpoint(FakeOrganization organization, Duration slowness) {
		this.organization = organization;
		this.slowness = slowness;
	}

	FakeResponse create(JsonNode json) throws InterruptedException {
		if (!json.isObject()) {
			return FakeResponse.internalError();
		}
		ScimBody body = new ScimBody(json);
		Optional<FakeResponse> roleError = body.findRoleError();
		if (roleError.isPresent()) {
			return roleError.get();
		}
		List<String> userNameErrors = body.findUserNameErrors();
		return userNameErrors.isEmpty() ? create(body.userName(), body.role())
				: FakeResponse.invalidFields(Map.of("email", userNameErrors));
	}

	private FakeResponse create(String userName, @Nullable String role) throws InterruptedException {
		MagicAddress magic = MagicAddress.find(userName).orElse(null);
		switch (magic) {
			case JOINED -> this.organization.ensure(userName, State.JOINED);
			case INVITED -> this.organization.ensure(userName, State.INVITED);
			case REQUESTED -> this.organization.ensure(userName, State.REQUESTED);
			case SECOND ->
				this.organization.ensure("first" + userName.substring(userName.indexOf('@')), State.JOINED, userName);
			case SLOW -> Thread.sleep(this.slowness);
			case BROKEN -> {
				return FakeResponse.badGateway();
			}
			case RATE_LIMITED -> {
				if (this.limited.add(userName)) {
					return FakeResponse.rateLimited();
				}
			}
			case DROPPED -> {
			}
			case null -> {
			}
		}
		FakeResponse response = this.organization.create(userName, role);
		return (magic == MagicAddress.DROPPED && response.status() == 201) ? FakeResponse.NONE : response;
	}

	FakeResponse list(@Nullable String rawQuery) {
		Map<String, String> query = parse((rawQuery != null) ? rawQuery : "");
		Map<String, List<String>> errors = new TreeMap<>();
		int startIndex = number(query, "startIndex", "1", 1, errors);
		int count = number(query, "count", "0", 0, errors);
		if (!errors.isEmpty()) {
			return FakeResponse.json(400, errors);
		}
		String filter = query.getOrDefault("filter", "");
		Matcher matcher = FILTER.matcher(filter);
		if (!filter.isEmpty() && !matcher.matches()) {
			return FakeResponse.scimError(400, "invalidFilter", null);
		}
		List<FakeMember> all = this.organization.list(filter.isEmpty() ? null : matcher.group(1));
		List<Map<String, Object>> page = all.stream()
			.skip(startIndex - 1L)
			.limit((count != 0) ? count : DEFAULT_COUNT)
			.map(FakeMember::json)
			.toList();
		return FakeResponse.json(200, Map.of("schemas", List.of(LIST_RESPONSE), "totalResults", all.size(),
				"startIndex", startIndex, "itemsPerPage", page.size(), "Resources", page));
	}

	FakeResponse get(FakeMember member) {
		return FakeResponse.json(200, member.json());
	}

	FakeResponse changeRole(FakeMember member, JsonNode json) {
		if (!json.isObject()) {
			return FakeResponse.internalError();
		}
		ScimBody body = new ScimBody(json);
		return body.findRoleError()
			.or(() -> this.organization.changeRole(member.id(), body.role()).map(this::get))
			.orElseGet(FakeResponse::memberNotFound);
	}

	FakeResponse patch(FakeMember member, JsonNode json) {
		if (!json.isObject()) {
			return FakeResponse.internalError();
		}
		ScimBody body = new ScimBody(json);
		Optional<Object> error = body.findOperationsError();
		if (error.isPresent()) {
			return FakeResponse.invalidFields(Map.of("Operations", List.of(error.get())));
		}
		if (body.operations().isEmpty()) {
			return get(member);
		}
		return body.deactivates() ? this.organization.remove(member.id())
				: FakeResponse.badRequest("Invalid Patch Operation.");
	}

	private static Map<String, String> parse(String rawQuery) {
		Map<String, String> parameters = new HashMap<>();
		for (String parameter : rawQuery.split("&", -1)) {
			int equals = parameter.indexOf('=');
			if (equals > 0) {
				parameters.put(decode(parameter.substring(0, equals)), decode(parameter.substring(equals + 1)));
			}
		}
		return parameters;
	}

	private static String decode(String text) {
		return URLDecoder.decode(text, StandardCharsets.UTF_8);
	}

	private static int number(Map<String, String> query, String name, String defaultValue, int minimum,
			Map<String, List<String>> errors) {
		try {
			int number = Integer.parseInt(query.getOrDefault(name, defaultValue));
			if (number < minimum) {
				errors.put(name, List.of("Ensure this value is greater than or equal to " + minimum + "."));
			}
			return number;
		}
		catch (NumberFormatException ex) {
			errors.put(name, List.of("A valid integer is required."));
			return minimum;
		}
	}

}
