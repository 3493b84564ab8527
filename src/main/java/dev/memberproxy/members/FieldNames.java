package dev.memberproxy.members;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import dev.memberproxy.core.EditDistance;
import tools.jackson.databind.JsonNode;

/**
 * The meaning of fields other than {@code userName} and {@code sentryOrgRole}, which
 * Sentry ignores. A field that was probably meant to be one of these is rejected: with
 * {@code role}, the member would silently get the default role.
 */
public final class FieldNames {

	private static final String CORE_USER = "urn:ietf:params:scim:schemas:core:2.0:user:";

	/** The largest number of wrong letters in a misspelled field. */
	private static final int MAX_DISTANCE = 2;

	private static final Pattern SEPARATORS = Pattern.compile("[-_\\s]");

	private static final String USER_NAME = "must be spelled userName";

	private static final String ROLE = "must be spelled sentryOrgRole";

	private static final String DRY_RUN = "is not a field: use the query parameter dryRun";

	private static final String ORGANIZATION = "is not a field: the path /organizations/<alias>/members names the"
			+ " organization";

	private static final String NO_TEAMS = "is not supported: this service does not assign teams";

	private static final String IGNORED = "must be left out: Sentry would ignore or misread it";

	/** In lower case, without hyphens and underscores. */
	private static final Map<String, String> MEANT = Map.ofEntries(Map.entry("username", USER_NAME),
			Map.entry("user", USER_NAME), Map.entry("mail", USER_NAME), Map.entry("email", USER_NAME),
			Map.entry("emailaddress", USER_NAME), Map.entry("useremail", USER_NAME), Map.entry("login", USER_NAME),
			Map.entry("sentryorgrole", ROLE), Map.entry("role", ROLE), Map.entry("roles", ROLE),
			Map.entry("orgrole", ROLE), Map.entry("orgroles", ROLE), Map.entry("organizationrole", ROLE),
			Map.entry("sentryrole", ROLE), Map.entry("memberrole", ROLE), Map.entry("userrole", ROLE),
			Map.entry("dryrun", DRY_RUN), Map.entry("simulate", DRY_RUN),
			Map.entry("idempotencykey", "is not a field: use the header Idempotency-Key"),
			Map.entry("requestedby", "is not a field: use the header Members-Requested-By"),
			Map.entry("membersrequestedby", "is not a field: use the header Members-Requested-By"),
			Map.entry("organization", ORGANIZATION), Map.entry("organizations", ORGANIZATION),
			Map.entry("org", ORGANIZATION), Map.entry("organizationslug", ORGANIZATION),
			Map.entry("alias", ORGANIZATION), Map.entry("team", NO_TEAMS), Map.entry("teams", NO_TEAMS),
			Map.entry("teamslugs", NO_TEAMS), Map.entry("teamroles", NO_TEAMS), Map.entry("password", IGNORED),
			Map.entry("referrer", IGNORED));

	/** RFC 7643 sections 3.1, 3 and 4.1, in lower case. */
	private static final Set<String> SCIM = Set.of("schemas", "id", "externalid", "meta", "name", "displayname",
			"nickname", "profileurl", "title", "usertype", "preferredlanguage", "locale", "timezone", "active",
			"emails", "phonenumbers", "ims", "photos", "addresses", "groups", "entitlements", "x509certificates");

	private FieldNames() {
	}

	/**
	 * Finds out why a body must not have a field.
	 * @return the end of a sentence that begins with the name, or empty
	 */
	public static Optional<String> findFault(String name, JsonNode value) {
		String plain = SEPARATORS.matcher(shortName(name)).replaceAll("");
		if (plain.equals("active")) {
			return (value.isNull() || (value.isBoolean() && value.booleanValue())) ? Optional.empty()
					: Optional.of("must be true, or be left out: use DELETE to delete a member");
		}
		return Optional.ofNullable(MEANT.get(plain))
			.or(() -> SCIM.contains(plain) ? Optional.empty() : findNearMiss(plain));
	}

	/** Whether SCIM, or an extension of SCIM, defines a field. */
	static boolean isKnown(String name) {
		String shortName = shortName(name);
		return SCIM.contains(shortName) || shortName.startsWith("urn:");
	}

	private static Optional<String> findNearMiss(String plain) {
		return Stream.of("username", "sentryorgrole")
			// The distance to a very long name would take long to compute.
			.filter((own) -> Math.abs(own.length() - plain.length()) <= MAX_DISTANCE
					&& EditDistance.of(own, plain) <= MAX_DISTANCE)
			.map(MEANT::get)
			.findFirst();
	}

	/** SCIM compares names without regard to case (RFC 7643 section 2.1). */
	private static String shortName(String name) {
		String lower = name.toLowerCase(Locale.ROOT);
		return lower.startsWith(CORE_USER) ? lower.substring(CORE_USER.length()) : lower;
	}

}
