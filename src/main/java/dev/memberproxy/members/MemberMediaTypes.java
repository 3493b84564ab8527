package dev.memberproxy.members;

import java.util.List;

import org.springframework.http.MediaType;

/** The media types of members, both ways. */
final class MemberMediaTypes {

	/** The registered media type of SCIM (RFC 7644 section 8.1). */
	static final String SCIM_JSON_VALUE = "application/scim+json";

	/** JSON documents, one on each line; not registered, but widely used. */
	static final String NDJSON_VALUE = "application/x-ndjson";

	/** The registered media type of a merge patch (RFC 7396 section 4). */
	static final String MERGE_PATCH_VALUE = "application/merge-patch+json";

	static final List<MediaType> PATCHES = List.of(MediaType.valueOf(MERGE_PATCH_VALUE), MediaType.APPLICATION_JSON);

	static final List<MediaType> ALL = List.of(MediaType.APPLICATION_JSON, MediaType.valueOf(SCIM_JSON_VALUE));

	private MemberMediaTypes() {
	}

}
