package dev.memberproxy.members;

import java.util.List;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.memberproxy.core.EmailAddress;
import dev.memberproxy.sentry.Member;
import org.jspecify.annotations.Nullable;

/**
 * A member as callers see it: a SCIM user (RFC 7643 section 4.1) made of the fields we
 * know, never Sentry's document itself.
 *
 * @param schemas the schema of a SCIM user
 * @param id the id of the membership
 * @param userName the person's address
 * @param name the name as Sentry gives it
 * @param emails the addresses
 * @param active left out where Sentry leaves it out
 * @param sentryOrgRole the role that the member has
 * @param meta the kind of resource
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonPropertyOrder({ "schemas", "id", "userName", "name", "emails", "active", "sentryOrgRole", "meta" })
record MemberResponse(List<String> schemas, String id, String userName, Member.@Nullable Name name,
		List<Member.Email> emails, @Nullable Boolean active, @Nullable String sentryOrgRole, Meta meta) {

	private static final List<String> USER_SCHEMA = List.of("urn:ietf:params:scim:schemas:core:2.0:User");

	private static final Meta USER_META = new Meta("User");

	static MemberResponse of(Member member, EmailAddress asked) {
		String userName = (member.userName() != null) ? member.userName() : asked.value();
		return new MemberResponse(USER_SCHEMA, member.id(), userName, member.name(), member.emails(), member.active(),
				member.sentryOrgRole(), USER_META);
	}

	record Meta(String resourceType) {
	}

}
