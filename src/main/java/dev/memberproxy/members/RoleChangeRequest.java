package dev.memberproxy.members;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import dev.memberproxy.core.Role;
import jakarta.validation.constraints.NotNull;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The body of a request to change a member's role: a merge patch (RFC 7396) that knows
 * one field. {@code schemas}, which SCIM clients send, may stand beside it.
 *
 * @param sentryOrgRole the role to give
 * @param others whatever else stands in the body, and must not
 * @param mistyped whether the role had another JSON type than text
 */
@TextFields
@SupportedFields
record RoleChangeRequest(
		@NotNull(message = "must be given") @GrantableRole(
				message = "must be one of billing, member, manager, admin") @Nullable String sentryOrgRole,
		Map<String, JsonNode> others, Set<String> mistyped) implements TypedFields {

	private static final String ROLE = "sentryOrgRole";

	/**
	 * Takes apart a JSON object.
	 * @param body the object
	 * @return what is asked for
	 */
	static RoleChangeRequest of(JsonNode body) {
		Map<String, JsonNode> others = new LinkedHashMap<>();
		body.forEachEntry((name, value) -> {
			if (!name.equals(ROLE)) {
				others.put(name, value);
			}
		});
		JsonNode role = body.path(ROLE);
		boolean mistyped = !role.isMissingNode() && !role.isNull() && !role.isString();
		return new RoleChangeRequest(role.stringValue(null), others, mistyped ? Set.of(ROLE) : Set.of());
	}

	/**
	 * The role asked for.
	 * @return the role
	 * @throws IllegalArgumentException if the request was not found valid
	 */
	Role role() {
		return Optional.ofNullable(this.sentryOrgRole)
			.flatMap(Role::find)
			.orElseThrow(() -> new IllegalArgumentException("A change of role needs a role"));
	}

	@Override
	public Map<String, String> unsupported() {
		Map<String, String> faults = new LinkedHashMap<>();
		this.others.forEach((name, value) -> {
			if (!name.equalsIgnoreCase("schemas")) {
				faults.put(name, name.equalsIgnoreCase("Operations")
						? "is not accepted: instead of a SCIM PatchOp send an object with the one field sentryOrgRole"
						: FieldNames.findFault(name, value).orElse("cannot be changed: only sentryOrgRole can"));
			}
		});
		return faults;
	}

	/** Masked: whatever a caller sends by mistake would stand in it. */
	@Override
	public String toString() {
		return "RoleChangeRequest[***]";
	}

}
