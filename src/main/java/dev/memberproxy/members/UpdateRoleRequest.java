package dev.memberproxy.members;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import dev.memberproxy.core.Role;
import dev.memberproxy.problem.InputCode;
import dev.memberproxy.problem.InputError;
import jakarta.validation.constraints.NotNull;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The body of a request to change a member's role: a merge patch (RFC 7396) with one
 * field. {@code schemas}, which SCIM clients send, is ignored.
 *
 * @param sentryOrgRole the new role
 * @param faults what is wrong with fields that Bean Validation does not see
 */
public record UpdateRoleRequest(
		@NotNull(message = "must be given") @GrantableRole(
				message = "must be one of billing, member, manager, admin") @Nullable String sentryOrgRole,
		@NoFaults List<InputError> faults) {

	public UpdateRoleRequest {
		faults = List.copyOf(faults);
	}

	/** Reads the fields of a JSON object. The request is still to be validated. */
	public static UpdateRoleRequest of(JsonNode body) {
		JsonNode role = body.path("sentryOrgRole");
		List<InputError> faults = new ArrayList<>();
		body.forEachEntry((name, value) -> {
			if (name.equals("sentryOrgRole")) {
				if (!value.isString() && !value.isNull()) {
					faults.add(InputError.ofField(name, InputCode.WRONG_TYPE, "must be a string"));
				}
			}
			else if (!name.equalsIgnoreCase("schemas")) {
				faults.add(InputError.ofField(name, InputCode.UNSUPPORTED_ATTRIBUTE, fault(name, value)));
			}
		});
		return new UpdateRoleRequest(role.stringValue(null), faults);
	}

	private static String fault(String name, JsonNode value) {
		return name.equalsIgnoreCase("Operations")
				? "is not accepted: instead of a SCIM PatchOp send an object with the one field sentryOrgRole"
				: FieldNames.findFault(name, value).orElse("cannot be changed: only sentryOrgRole can");
	}

	/** The role of a valid request. */
	public Role role() {
		return Objects.requireNonNull(Role.ofNullable(this.sentryOrgRole));
	}

	/** Masked: a caller may have sent anything by mistake. */
	@Override
	public String toString() {
		return "UpdateRoleRequest[***]";
	}

}
