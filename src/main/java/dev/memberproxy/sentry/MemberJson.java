package dev.memberproxy.sentry;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

import dev.memberproxy.core.MemberId;
import dev.memberproxy.core.Role;
import dev.memberproxy.sentry.Member.Email;
import dev.memberproxy.sentry.Member.Name;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads and writes SCIM users. Of those that Sentry returns only the id is required. A
 * field of an unexpected type, or a role that cannot be one, counts as absent.
 * <p>
 * See docs/sentry-scim-contract.md, sections 3 and 4.
 */
final class MemberJson {

	private static final String USER_SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:User";

	private static final JsonMapper MAPPER = JsonMapper.shared();

	private static final Pattern ROLE = Pattern.compile("[A-Za-z0-9_-]{1,64}");

	private MemberJson() {
	}

	static byte[] write(NewMember member) {
		ObjectNode user = user();
		user.put("userName", member.address().value());
		if (member.role() != null) {
			user.put("sentryOrgRole", member.role().id());
		}
		user.setAll(member.attributes());
		return MAPPER.writeValueAsBytes(user);
	}

	/** A user without an address: Sentry changes the role only. */
	static byte[] write(Role role) {
		return MAPPER.writeValueAsBytes(user().put("sentryOrgRole", role.id()));
	}

	private static ObjectNode user() {
		ObjectNode user = MAPPER.createObjectNode();
		user.putArray("schemas").add(USER_SCHEMA);
		return user;
	}

	static Optional<Member> read(JsonNode user) {
		return MemberId.find(user.path("id").stringValue(""))
			.map((id) -> new Member(id, text(user, "userName"), name(user.path("name")), emails(user.path("emails")),
					flag(user, "active"), role(user.path("sentryOrgRole").stringValue(""))));
	}

	/**
	 * Any role that Sentry may have, now or later. It is logged unchanged, so that other
	 * texts could forge log lines.
	 */
	private static @Nullable String role(String text) {
		return ROLE.matcher(text).matches() ? text : null;
	}

	/**
	 * Reads a list of users (RFC 7644 section 3.4.2).
	 * @param list the document
	 * @return the users, or empty if it is no list or has an unreadable entry, which must
	 * not count as absent
	 */
	static Optional<List<Member>> readAll(JsonNode list) {
		JsonNode resources = list.path("Resources");
		List<Member> members = new ArrayList<>();
		resources.forEach((user) -> read(user).ifPresent(members::add));
		return (resources.isArray() && members.size() == resources.size()) ? Optional.of(members) : Optional.empty();
	}

	/** Reads one page of the list of all users, or nothing as {@link #readAll} does. */
	static Optional<MemberPage> readPage(JsonNode list) {
		int total = list.path("totalResults").intValue(-1);
		return readAll(list).filter((_) -> total >= 0).map((members) -> new MemberPage(members, total));
	}

	private static @Nullable Name name(JsonNode name) {
		return name.isObject() ? new Name(text(name, "givenName"), text(name, "familyName")) : null;
	}

	private static List<Email> emails(JsonNode emails) {
		List<Email> result = new ArrayList<>();
		for (JsonNode email : emails) {
			String value = text(email, "value");
			if (value != null) {
				result.add(new Email(value, flag(email, "primary"), text(email, "type")));
			}
		}
		return result;
	}

	private static @Nullable String text(JsonNode node, String property) {
		return node.path(property).stringValue(null);
	}

	private static @Nullable Boolean flag(JsonNode node, String property) {
		JsonNode value = node.path(property);
		return value.isBoolean() ? value.booleanValue() : null;
	}

}
