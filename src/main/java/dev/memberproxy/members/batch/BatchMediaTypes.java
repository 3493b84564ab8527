package dev.memberproxy.members.batch;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;

import dev.memberproxy.members.MediaTypes;
import org.jspecify.annotations.Nullable;

import org.springframework.http.MediaType;

/**
 * The media types of batches: JSON, and a JSON object on each line, for which several
 * unregistered names are in use.
 */
final class BatchMediaTypes {

	static final String NDJSON_VALUE = "application/x-ndjson";

	static final String PLAIN_NDJSON_VALUE = "application/ndjson";

	static final String JSONL_VALUE = "application/jsonl";

	static final String JSON_LINES_VALUE = "application/x-jsonlines";

	private static final List<MediaType> LINES = MediaType
		.parseMediaTypes(List.of(NDJSON_VALUE, PLAIN_NDJSON_VALUE, JSONL_VALUE, JSON_LINES_VALUE));

	private BatchMediaTypes() {
	}

	/** Whether a body has a JSON document on each line. */
	static boolean isLines(@Nullable String contentType) {
		return contentType != null
				&& LINES.stream().anyMatch(MediaType.parseMediaType(contentType)::equalsTypeAndSubtype);
	}

	/**
	 * The media type of the response (RFC 9110 section 12.5.1). Types that are not
	 * acceptable at all were rejected before.
	 * @param contentType the media type of the request, which is the default
	 * @param accept the values of the caller's {@code Accept} headers
	 * @return the preferred type; plain JSON if the header names only
	 * {@code application/problem+json}, as generated clients do
	 */
	static MediaType preferred(@Nullable String contentType, Enumeration<String> accept) {
		List<MediaType> offered = new ArrayList<>(LINES);
		offered.add(isLines(contentType) ? offered.size() : 0, MediaType.APPLICATION_JSON);
		if (!accept.hasMoreElements()) {
			return offered.getFirst();
		}
		List<MediaType> ranked = MediaTypes.rank(offered, MediaType.parseMediaTypes(Collections.list(accept)));
		return ranked.isEmpty() ? MediaType.APPLICATION_JSON : ranked.getFirst().removeQualityValue();
	}

}
