package dev.memberproxy.members;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import dev.memberproxy.core.EmailAddress;
import dev.memberproxy.core.Role;
import dev.memberproxy.problem.InputError;
import dev.memberproxy.sentry.NewMember;
import jakarta.validation.constraints.NotNull;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The body of a request to create a member.
 *
 * @param userName the e-mail address in normal form
 * @param sentryOrgRole the role; null for the organization's default
 * @param attributes further SCIM attributes, passed on unchanged
 * @param faults what is wrong with fields that Bean Validation does not see
 */
public record CreateRequest(
		@NotNull(message = "must be given") @MemberAddress(ofNewMember = true) @Nullable String userName,
		@GrantableRole @Nullable String sentryOrgRole, Map<String, JsonNode> attributes,
		@NoFaults List<InputError> faults) {

	public CreateRequest {
		attributes = Collections.unmodifiableMap(new LinkedHashMap<>(attributes));
		faults = List.copyOf(faults);
	}

	/** Reads the fields of a JSON object, which are those of a request to ensure. */
	public static CreateRequest of(JsonNode body) {
		EnsureRequest fields = EnsureRequest.of(body);
		return new CreateRequest(fields.userName(), fields.sentryOrgRole(), fields.attributes(), fields.faults());
	}

	/** The member of a valid request. */
	public NewMember toNewMember() {
		return new NewMember(new EmailAddress(Objects.requireNonNull(this.userName)),
				Role.ofNullable(this.sentryOrgRole), this.attributes);
	}

	/** Masked: Spring logs the body of a request by this at DEBUG. */
	@Override
	public String toString() {
		return "CreateRequest[***]";
	}

}
