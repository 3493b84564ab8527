package dev.memberproxy.members;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import dev.memberproxy.core.EmailAddress;
import dev.memberproxy.core.Role;
import dev.memberproxy.sentry.NewMember;
import jakarta.validation.constraints.NotNull;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The body of a request to create a member, brought into normal form.
 *
 * @param userName the person's address
 * @param sentryOrgRole the role to give; null for the organization's default
 * @param attributes further SCIM attributes, passed on as they are
 * @param mistyped which of the fields above had another JSON type than text
 */
@TextFields
record CreateMemberRequest(@NotNull(message = "must be given") @MemberAddress @Nullable String userName,
		@GrantableRole @Nullable String sentryOrgRole, Map<@SupportedAttribute String, JsonNode> attributes,
		Set<String> mistyped) {

	CreateMemberRequest {
		userName = (userName != null) ? EmailAddress.normalize(userName) : null;
		attributes = Collections.unmodifiableMap(new LinkedHashMap<>(attributes));
		mistyped = Set.copyOf(mistyped);
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
		return new NewMember(new EmailAddress(this.userName),
				Optional.ofNullable(this.sentryOrgRole).flatMap(Role::find).orElse(null), this.attributes);
	}

	/** Masked: Spring logs the body of a request by this at DEBUG. */
	@Override
	public String toString() {
		return "CreateMemberRequest[***]";
	}

}
