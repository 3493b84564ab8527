package dev.memberproxy.sentry;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

import dev.memberproxy.core.EmailAddress;
import dev.memberproxy.core.Role;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A member to be created.
 *
 * @param address whom to give the seat
 * @param role the role to give, or null for the organization's default
 * @param attributes further SCIM attributes, passed on as they are
 */
public record NewMember(EmailAddress address, @Nullable Role role, Map<String, JsonNode> attributes) {

	public NewMember {
		attributes = Collections.unmodifiableMap(new LinkedHashMap<>(attributes));
	}

	/** Masked: the attributes may hold a person's whole record. */
	@Override
	public String toString() {
		return "NewMember[address=" + this.address + ", role=" + this.role + "]";
	}

}
