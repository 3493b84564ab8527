package dev.memberproxy.members;

import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.memberproxy.core.EmailAddress;
import dev.memberproxy.core.Role;
import dev.memberproxy.sentry.Member;
import org.jspecify.annotations.Nullable;

/**
 * The member in a response: a SCIM user (RFC 7643 section 4.1) with known fields only,
 * never Sentry's document itself.
 *
 * @param schemas the schema of a SCIM user
 * @param id the id of the membership; left out if there is no member yet
 * @param userName the person's address
 * @param name the name as Sentry returns it
 * @param emails the addresses
 * @param active left out if Sentry leaves it out
 * @param sentryOrgRole the role of the member
 * @param meta the kind of resource
 * @param outcome the outcome of a change, as in the header; left out of reads
 * @param warnings what the caller should know
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonPropertyOrder({ "schemas", "id", "userName", "name", "emails", "active", "sentryOrgRole", "meta", "outcome",
		"warnings" })
record MemberResponse(List<String> schemas, @Nullable String id, @Nullable String userName, Member.@Nullable Name name,
		List<Member.Email> emails, @Nullable Boolean active, @Nullable String sentryOrgRole, Map<String, String> meta,
		@Nullable String outcome, List<Warning> warnings) {

	private static final List<String> USER_SCHEMA = List.of("urn:ietf:params:scim:schemas:core:2.0:User");

	private static final Map<String, String> USER_META = Map.of("resourceType", "User");

	/**
	 * A member.
	 * @param asked the address in the request, for a member that Sentry returned without
	 */
	static MemberResponse of(Member member, @Nullable EmailAddress asked) {
		String userName = (member.userName() == null && asked != null) ? asked.value() : member.userName();
		return new MemberResponse(USER_SCHEMA, member.id().value(), userName, member.name(), member.emails(),
				member.active(), member.sentryOrgRole(), USER_META, null, List.of());
	}

	/** What a person that is no member yet would be. */
	static MemberResponse ofNewMember(@Nullable EmailAddress address) {
		return new MemberResponse(USER_SCHEMA, null, (address != null) ? address.value() : null, null, List.of(), null,
				null, USER_META, null, List.of());
	}

	MemberResponse withRole(Role role) {
		return new MemberResponse(this.schemas, this.id, this.userName, this.name, this.emails, this.active, role.id(),
				this.meta, this.outcome, this.warnings);
	}

	MemberResponse withOutcome(String found) {
		return new MemberResponse(this.schemas, this.id, this.userName, this.name, this.emails, this.active,
				this.sentryOrgRole, this.meta, found, this.warnings);
	}

	MemberResponse withWarnings(List<Warning> found) {
		return new MemberResponse(this.schemas, this.id, this.userName, this.name, this.emails, this.active,
				this.sentryOrgRole, this.meta, this.outcome, found);
	}

}
