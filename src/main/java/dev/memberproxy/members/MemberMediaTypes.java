package dev.memberproxy.members;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Enumeration;
import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;

/** The media types of members, both ways. */
final class MemberMediaTypes {

	/** The registered media type of SCIM (RFC 7644 section 8.1). */
	static final String SCIM_JSON_VALUE = "application/scim+json";

	/** JSON documents, one on each line; not registered, but widely used. */
	static final String NDJSON_VALUE = "application/x-ndjson";

	/** Other names of the same, none of them registered either. */
	static final String PLAIN_NDJSON_VALUE = "application/ndjson";

	/** See above. */
	static final String JSONL_VALUE = "application/jsonl";

	/** See above. */
	static final String JSON_LINES_VALUE = "application/x-jsonlines";

	/** The registered media type of a merge patch (RFC 7396 section 4). */
	static final String MERGE_PATCH_VALUE = "application/merge-patch+json";

	/** What members are sent in, plain JSON first. */
	static final List<MediaType> OF_MEMBERS = List.of(MediaType.APPLICATION_JSON, MediaType.valueOf(SCIM_JSON_VALUE));

	private static final List<MediaType> OF_LINES = MediaType
		.parseMediaTypes(List.of(NDJSON_VALUE, PLAIN_NDJSON_VALUE, JSONL_VALUE, JSON_LINES_VALUE));

	private MemberMediaTypes() {
	}

	/**
	 * Whether a body has a JSON document on each line.
	 * @param contentType the media type of the body
	 * @return true for NDJSON by any of its names
	 */
	static boolean isLines(@Nullable String contentType) {
		return contentType != null
				&& OF_LINES.stream().anyMatch(MediaType.parseMediaType(contentType)::equalsTypeAndSubtype);
	}

	/**
	 * The media types in which the response to a batch can be sent.
	 * @param contentType the media type of the request
	 * @return the types; first the one for callers that do not ask for any
	 */
	static List<MediaType> ofBatch(@Nullable String contentType) {
		List<MediaType> types = new ArrayList<>(OF_LINES);
		types.add(isLines(contentType) ? types.size() : 0, MediaType.APPLICATION_JSON);
		return types;
	}

	/**
	 * The media type that a caller prefers (RFC 9110 section 12.5.1). A type that is not
	 * acceptable at all was rejected before.
	 * @param offered the types that there are
	 * @param accept the values of the caller's {@code Accept} headers
	 * @return the preferred one, or the first one without a header; plain JSON where the
	 * header names only {@code application/problem+json}, as generated clients do
	 */
	static MediaType preferred(List<MediaType> offered, Enumeration<String> accept) {
		if (!accept.hasMoreElements()) {
			return offered.getFirst();
		}
		List<MediaType> ranges = ranges(accept);
		return offered.stream()
			.flatMap((type) -> choice(type, ranges).stream())
			.min(Comparator.comparingDouble(Choice::quality)
				.thenComparingInt(Choice::specificity)
				.reversed()
				.thenComparingInt(Choice::place))
			.map(Choice::type)
			.orElse(MediaType.APPLICATION_JSON);
	}

	private static List<MediaType> ranges(Enumeration<String> accept) {
		try {
			return MediaType.parseMediaTypes(Collections.list(accept));
		}
		catch (InvalidMediaTypeException ex) {
			// Only where no header is rejected, as with DELETE.
			return List.of();
		}
	}

	/**
	 * How much a type is liked, is said by the most specific range that it is part of.
	 */
	private static Optional<Choice> choice(MediaType type, List<MediaType> ranges) {
		return ranges.stream()
			.filter((range) -> range.includes(type))
			.map((range) -> new Choice(type, range.getQualityValue(), specificity(range), ranges.indexOf(range)))
			.max(Comparator.comparingInt(Choice::specificity));
	}

	private static int specificity(MediaType range) {
		return range.isWildcardType() ? 0 : range.isWildcardSubtype() ? 1 : 2;
	}

	private record Choice(MediaType type, double quality, int specificity, int place) {
	}

}
