package dev.memberproxy.members;

import java.util.Collections;
import java.util.Comparator;
import java.util.Enumeration;
import java.util.List;
import java.util.Optional;

import org.springframework.http.MediaType;

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
	 * The media type in which a caller gets members (RFC 9110 section 12.5.1). That it
	 * accepts one of them is seen to before.
	 * @param accept the values of its {@code Accept} headers
	 * @return the one it likes best; plain JSON if it does not say
	 */
	static String preferredIn(Enumeration<String> accept) {
		if (!accept.hasMoreElements()) {
			return MediaType.APPLICATION_JSON_VALUE;
		}
		List<MediaType> ranges = MediaType.parseMediaTypes(Collections.list(accept));
		return ALL.stream()
			.flatMap((type) -> choice(type, ranges).stream())
			.min(Comparator.comparingDouble(Choice::quality)
				.thenComparingInt(Choice::specificity)
				.reversed()
				.thenComparingInt(Choice::place))
			.map(Choice::type)
			.orElse(MediaType.APPLICATION_JSON)
			.toString();
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
