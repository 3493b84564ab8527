package dev.memberproxy.sentry;

import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Writes the body of {@code POST Users} (contract section 1.3). */
final class NewMemberWriter {

	private static final String USER_SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:User";

	private final JsonMapper mapper = JsonMapper.builder().build();

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

}
