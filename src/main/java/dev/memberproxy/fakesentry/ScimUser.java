package dev.memberproxy.fakesentry;

import java.util.List;

/**
 * A member as Sentry shows it: names are never known.
 *
 * @param schemas the URN of the core user schema
 * @param id the id as a text
 * @param userName the address
 * @param name no name
 * @param emails the address again
 * @param meta the kind of resource
 * @param sentryOrgRole the role
 * @param active always true
 */
record ScimUser(List<String> schemas, String id, String userName, Name name, List<Email> emails, Meta meta,
		String sentryOrgRole, boolean active) {

	static ScimUser of(FakeMember member) {
		return new ScimUser(List.of("urn:ietf:params:scim:schemas:core:2.0:User"), String.valueOf(member.id()),
				member.userName(), new Name("N/A", "N/A"), List.of(new Email(true, member.userName(), "work")),
				new Meta("User"), member.role(), true);
	}

	record Name(String givenName, String familyName) {
	}

	record Email(boolean primary, String value, String type) {
	}

	record Meta(String resourceType) {
	}

}
