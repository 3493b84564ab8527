package dev.memberproxy.core;

import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

/**
 * The id under which a request is found again in answers, problems and log lines.
 *
 * @param value 1 to 64 characters out of {@code A-Z a-z 0-9 . _ -}, no caller key
 */
public record RequestId(String value) {

	/** The header that carries the id, both ways. */
	public static final String HEADER = "X-Request-Id";

	/** The key under which log lines have the id of the request that they belong to. */
	public static final String LOG_KEY = "requestId";

	private static final String ATTRIBUTE = RequestId.class.getName();

	private static final Pattern WELL_FORMED = Pattern.compile("(?!smp_)[A-Za-z0-9._-]{1,64}");

	/**
	 * The id of a request, the same whoever asks for it and however often.
	 * @param request any request
	 * @return the id that the caller gave, or one of ours
	 */
	public static RequestId of(HttpServletRequest request) {
		if (request.getAttribute(ATTRIBUTE) instanceof RequestId known) {
			return known;
		}
		RequestId id = takeOverOrMake(request.getHeader(HEADER));
		request.setAttribute(ATTRIBUTE, id);
		return id;
	}

	/**
	 * Takes over the id that a caller gave, if it is well-formed (anything else could
	 * forge log lines, or show a key that got into the wrong header), or makes a new one.
	 * @param given the value of the caller's header, if any
	 * @return the id of the request
	 */
	public static RequestId takeOverOrMake(@Nullable String given) {
		return (given != null && WELL_FORMED.matcher(given).matches()) ? new RequestId(given) : make();
	}

	/** Like a random UUID, but not from the secure source: an id is no secret. */
	private static RequestId make() {
		ThreadLocalRandom random = ThreadLocalRandom.current();
		return new RequestId(new UUID(random.nextLong(), random.nextLong()).toString());
	}

	@Override
	public String toString() {
		return this.value;
	}

}
