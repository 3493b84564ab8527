package dev.memberproxy.members;

import java.util.Collections;
import java.util.Enumeration;
import java.util.List;

import org.springframework.http.MediaType;
import org.springframework.util.MimeTypeUtils;

/** The media types of members, both ways. */
final class MemberMediaTypes {

	/** The registered media type of SCIM (RFC 7644 section 8.1). */
	static final String SCIM_JSON_VALUE = "application/scim+json";

	/** JSON documents, one on each line; not registered, but widely used. */
	static final String NDJSON_VALUE = "application/x-ndjson";

	/** The registered media type of a merge patch (RFC 7396 section 4). */
	static final String MERGE_PATCH_VALUE = "application/merge-patch+json";

	static final List<MediaType> ALL = List.of(MediaType.APPLICATION_JSON, MediaType.valueOf(SCIM_JSON_VALUE));

	private MemberMediaTypes() {
	}

	/**
	 * The media type in which a caller gets members. That it accepts one of them is seen
	 * to before.
	 * @param accept the values of its {@code Accept} headers
	 * @return the one it likes best; plain JSON if it does not say
	 */
	static String preferredIn(Enumeration<String> accept) {
		if (!accept.hasMoreElements()) {
			return MediaType.APPLICATION_JSON_VALUE;
		}
		List<MediaType> ranges = MediaType.parseMediaTypes(Collections.list(accept));
		MimeTypeUtils.sortBySpecificity(ranges);
		return ranges.stream()
			.flatMap((range) -> ALL.stream().filter(range::includes))
			.findFirst()
			.orElse(MediaType.APPLICATION_JSON)
			.toString();
	}

}
