package dev.memberproxy.members;

import java.util.List;

import org.springframework.http.MediaType;

/** The media types of members, both ways. */
final class MemberMediaTypes {

	/** The registered media type of SCIM (RFC 7644 section 8.1). */
	static final String SCIM_JSON_VALUE = "application/scim+json";

	static final List<MediaType> ALL = List.of(MediaType.APPLICATION_JSON, MediaType.valueOf(SCIM_JSON_VALUE));

	private MemberMediaTypes() {
	}

}
