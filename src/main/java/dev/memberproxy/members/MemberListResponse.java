package dev.memberproxy.members;

import java.util.List;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.memberproxy.sentry.Lookup;
import dev.memberproxy.sentry.MemberPage;

/**
 * The list of members in a response (RFC 7644 section 3.4.2).
 *
 * @param schemas the schema of a list
 * @param totalResults the number of all members
 * @param startIndex the number of the first member of this page, from 1
 * @param itemsPerPage the number of members of this page
 * @param resources the members
 */
@JsonPropertyOrder({ "schemas", "totalResults", "startIndex", "itemsPerPage", "Resources" })
record MemberListResponse(List<String> schemas, int totalResults, int startIndex, int itemsPerPage,
		@JsonProperty("Resources") List<MemberResponse> resources) {

	private static final List<String> LIST_SCHEMA = List.of("urn:ietf:params:scim:api:messages:2.0:ListResponse");

	static MemberListResponse of(Lookup lookup) {
		return of(new MemberPage(lookup.hits(), lookup.hits().size()), 1);
	}

	static MemberListResponse of(MemberPage page, int startIndex) {
		List<MemberResponse> members = page.members()
			.stream()
			.map((member) -> MemberResponse.of(member, null))
			.toList();
		return new MemberListResponse(LIST_SCHEMA, page.total(), startIndex, members.size(), members);
	}

}
