package dev.memberproxy.members;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.memberproxy.core.EmailAddress;
import dev.memberproxy.core.Role;
import dev.memberproxy.problem.InputCode;
import dev.memberproxy.problem.InputError;
import dev.memberproxy.sentry.NewMember;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The body of a request to ensure that a person is a member, which may be left out.
 * Longer addresses than a new member can have may belong to existing ones.
 *
 * @param userName the e-mail address in normal form, or null
 * @param sentryOrgRole the role; null if any will do
 * @param attributes further SCIM attributes, passed on unchanged
 * @param faults what is wrong with fields that Bean Validation does not see
 */
public record EnsureRequest(@MemberAddress @Nullable String userName, @GrantableRole @Nullable String sentryOrgRole,
		Map<String, JsonNode> attributes, @NoFaults List<InputError> faults) {

	private static final String USER_NAME = "userName";

	private static final String ROLE = "sentryOrgRole";

	static final EnsureRequest EMPTY = new EnsureRequest(null, null, Map.of(), List.of());

	public EnsureRequest {
		attributes = Collections.unmodifiableMap(new LinkedHashMap<>(attributes));
		faults = List.copyOf(faults);
	}

	/** Reads the fields of a JSON object. The request is still to be validated. */
	public static EnsureRequest of(JsonNode body) {
		Map<String, JsonNode> attributes = new LinkedHashMap<>();
		List<InputError> faults = new ArrayList<>();
		body.forEachEntry((name, value) -> {
			if (!name.equals(USER_NAME) && !name.equals(ROLE)) {
				attributes.put(name, value);
				FieldNames.findFault(name, value)
					.ifPresent((fault) -> faults.add(InputError.ofField(name, InputCode.UNSUPPORTED_ATTRIBUTE, fault)));
			}
			else if (!value.isString() && !value.isNull()) {
				faults.add(InputError.ofField(name, InputCode.WRONG_TYPE, "must be a string"));
			}
		});
		String userName = body.path(USER_NAME).stringValue(null);
		return new EnsureRequest((userName != null) ? EmailAddress.normalize(userName) : null,
				body.path(ROLE).stringValue(null), attributes, faults);
	}

	/** The member of a valid request, whose address may be in the path. */
	public NewMember toNewMember(EmailAddress address) {
		return new NewMember(address, Role.ofNullable(this.sentryOrgRole), this.attributes);
	}

	/** Masked: Spring logs the body of a request by this at DEBUG. */
	@Override
	public String toString() {
		return "EnsureRequest[***]";
	}

}
