package dev.memberproxy.members;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

import org.springframework.http.MediaType;

/**
 * The media types of members that Spring does not define, and the choice among several.
 */
public final class MediaTypes {

	/** The registered media type of SCIM (RFC 7644 section 8.1). */
	static final String SCIM_JSON_VALUE = "application/scim+json";

	/** The registered media type of a merge patch (RFC 7396 section 4). */
	static final String MERGE_PATCH_VALUE = "application/merge-patch+json";

	/** The media types of members, the default first. */
	static final List<MediaType> OF_MEMBERS = List.of(MediaType.APPLICATION_JSON, MediaType.valueOf(SCIM_JSON_VALUE));

	private MediaTypes() {
	}

	/**
	 * Ranks media types by the preferences of a caller (RFC 9110 section 12.5.1). Spring
	 * MVC does not let the most specific range decide about a type.
	 * @param offered the types, the default first
	 * @param ranges the parsed {@code Accept} header
	 * @return the acceptable types with their quality, the preferred one first
	 */
	public static List<MediaType> rank(List<MediaType> offered, List<MediaType> ranges) {
		return ranges.stream()
			.filter((range) -> range.getQualityValue() > 0)
			.sorted(Comparator.comparingDouble(MediaType::getQualityValue)
				.thenComparingInt(MediaTypes::specificity)
				.reversed())
			.flatMap((range) -> offered.stream()
				.filter((type) -> decisive(type, ranges).filter(range::equals).isPresent())
				.map((type) -> type.copyQualityValue(range)))
			.distinct()
			.toList();
	}

	/** The most specific range that includes a type decides whether it is acceptable. */
	private static Optional<MediaType> decisive(MediaType type, List<MediaType> ranges) {
		return ranges.stream()
			.filter((range) -> range.includes(type))
			.max(Comparator.comparingInt(MediaTypes::specificity));
	}

	private static int specificity(MediaType range) {
		return range.isWildcardType() ? 0 : range.isWildcardSubtype() ? 1 : 2;
	}

}
