package dev.memberproxy.members;

import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import dev.memberproxy.core.EmailAddress;
import dev.memberproxy.core.Role;
import dev.memberproxy.sentry.NewMember;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The body of a request to give a person a seat, brought into normal form.
 *
 * @param userName the person's address
 * @param sentryOrgRole the role to give; null for the organization's default
 * @param attributes further SCIM attributes, passed on as they are
 * @param mistyped which of the fields above had another JSON type than text
 */
@TextFields
@SupportedFields
record MemberRequest(
		@NotNull(message = "must be given", groups = MemberRequest.Creation.class) @Size(
				max = EmailAddress.MAX_NEW_LENGTH, message = "must have at most {max} characters for a new member",
				groups = MemberRequest.Creation.class) @MemberAddress @Nullable String userName,
		@GrantableRole @Nullable String sentryOrgRole, Map<String, JsonNode> attributes,
		Set<String> mistyped) implements TypedFields {

	/** Nothing but the seat is asked for. */
	static final MemberRequest EMPTY = new MemberRequest(null, null, Map.of(), Set.of());

	private static final String USER_NAME = "userName";

	private static final String ROLE = "sentryOrgRole";

	MemberRequest {
		userName = (userName != null) ? EmailAddress.normalize(userName) : null;
		attributes = Collections.unmodifiableMap(new LinkedHashMap<>(attributes));
		mistyped = Set.copyOf(mistyped);
	}

	/**
	 * Takes apart a JSON object.
	 * @param body the object
	 * @return what is asked for
	 */
	static MemberRequest of(JsonNode body) {
		Map<String, JsonNode> attributes = new LinkedHashMap<>();
		Set<String> mistyped = new HashSet<>();
		body.forEachEntry((name, value) -> {
			if (!name.equals(USER_NAME) && !name.equals(ROLE)) {
				attributes.put(name, value);
			}
			else if (!value.isString() && !value.isNull()) {
				mistyped.add(name);
			}
		});
		return new MemberRequest(body.path(USER_NAME).stringValue(null), body.path(ROLE).stringValue(null), attributes,
				mistyped);
	}

	/**
	 * The member asked for.
	 * @return the member
	 * @throws IllegalArgumentException if the request was not found valid
	 */
	NewMember toNewMember() {
		if (this.userName == null) {
			throw new IllegalArgumentException("A member needs an address");
		}
		return toNewMember(new EmailAddress(this.userName));
	}

	/**
	 * The member asked for, where the path says who it is.
	 * @param address the address in the path
	 * @return the member
	 */
	NewMember toNewMember(EmailAddress address) {
		return new NewMember(address, Optional.ofNullable(this.sentryOrgRole).flatMap(Role::find).orElse(null),
				this.attributes);
	}

	@Override
	public Map<String, String> unsupported() {
		Map<String, String> faults = new LinkedHashMap<>();
		this.attributes
			.forEach((name, value) -> FieldNames.findFault(name, value).ifPresent((fault) -> faults.put(name, fault)));
		return faults;
	}

	/** Masked: Spring logs the body of a request by this at DEBUG. */
	@Override
	public String toString() {
		return "MemberRequest[***]";
	}

	/** Constraints of the call in which only the body says who the person is. */
	interface Creation {

	}

}
