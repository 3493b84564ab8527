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
 * @param address the e-mail address
 * @param role the role, or null for the organization's default
 * @param attributes further SCIM attributes, passed on unchanged
 */
public record NewMember(EmailAddress address, @Nullable Role role, Map<String, JsonNode> attributes) {

	public NewMember {
		attributes = Collections.unmodifiableMap(new LinkedHashMap<>(attributes));
	}

	/** Masked: the attributes may contain a person's whole record. */
	@Override
	public String toString() {
		return "NewMember[address=" + this.address + ", role=" + this.role + "]";
	}

}
