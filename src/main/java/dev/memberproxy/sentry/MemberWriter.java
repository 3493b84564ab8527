package dev.memberproxy.sentry;

import dev.memberproxy.core.Role;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Writes the bodies of requests to Sentry. */
final class MemberWriter {

	private static final String USER_SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:User";

	private static final JsonMapper MAPPER = JsonMapper.shared();

	private MemberWriter() {
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

	static byte[] write(Role role) {
		return MAPPER.writeValueAsBytes(user().put("sentryOrgRole", role.id()));
	}

	private static ObjectNode user() {
		ObjectNode user = MAPPER.createObjectNode();
		user.putArray("schemas").add(USER_SCHEMA);
		return user;
	}

}
