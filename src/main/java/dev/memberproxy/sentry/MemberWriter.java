package dev.memberproxy.sentry;

import dev.memberproxy.core.Role;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Writes the bodies of requests to Sentry. */
final class MemberWriter {

	private static final String USER_SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:User";

	private final JsonMapper mapper = JsonMapper.builder().build();

	/** The body of {@code POST Users}. */
	byte[] write(NewMember member) {
		ObjectNode user = this.mapper.createObjectNode();
		user.putArray("schemas").add(USER_SCHEMA);
		user.put("userName", member.address().value());
		if (member.role() != null) {
			user.put("sentryOrgRole", member.role().id());
		}
		user.setAll(member.attributes());
		return this.mapper.writeValueAsBytes(user);
	}

	/** The body of {@code PUT Users/{id}}. */
	byte[] write(Role role) {
		ObjectNode user = this.mapper.createObjectNode();
		user.putArray("schemas").add(USER_SCHEMA);
		user.put("sentryOrgRole", role.id());
		return this.mapper.writeValueAsBytes(user);
	}

}
