package dev.memberproxy.members;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.memberproxy.core.EmailAddress;
import dev.memberproxy.problem.InputCode;
import dev.memberproxy.problem.InputError;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The fields of a body that describes a member.
 *
 * @param userName the address in normal form
 * @param sentryOrgRole the role
 * @param others all other fields
 * @param faults the fields above that have another JSON type than text
 */
record MemberFields(@Nullable String userName, @Nullable String sentryOrgRole, Map<String, JsonNode> others,
		List<InputError> faults) {

	private static final String USER_NAME = "userName";

	private static final String ROLE = "sentryOrgRole";

	static MemberFields of(JsonNode body) {
		Map<String, JsonNode> others = new LinkedHashMap<>();
		List<InputError> faults = new ArrayList<>();
		body.forEachEntry((name, value) -> {
			if (!name.equals(USER_NAME) && !name.equals(ROLE)) {
				others.put(name, value);
			}
			else if (!value.isString() && !value.isNull()) {
				faults.add(InputError.ofField(name, InputCode.WRONG_TYPE, "must be a string"));
			}
		});
		String userName = body.path(USER_NAME).stringValue(null);
		return new MemberFields((userName != null) ? EmailAddress.normalize(userName) : null,
				body.path(ROLE).stringValue(null), others, faults);
	}

	/** The faults of a body that may have further SCIM attributes. */
	List<InputError> faultsWithAttributes() {
		List<InputError> all = new ArrayList<>(this.faults);
		this.others.forEach((name, value) -> FieldNames.findFault(name, value)
			.ifPresent((fault) -> all.add(InputError.ofField(name, InputCode.UNSUPPORTED_ATTRIBUTE, fault))));
		return all;
	}

}
