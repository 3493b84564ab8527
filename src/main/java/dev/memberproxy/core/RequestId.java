package dev.memberproxy.core;

import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

/**
 * The id of a request in responses, problems and logs.
 *
 * @param value 1 to 64 characters of {@code A-Z a-z 0-9 . _ -}; never a client's key
 */
public record RequestId(String value) {

	/** The header for the id in requests and responses. */
	public static final String HEADER = "X-Request-Id";

	/** The key of the id in the log (MDC). */
	public static final String LOG_KEY = "requestId";

	private static final String ATTRIBUTE = RequestId.class.getName();

	private static final Pattern WELL_FORMED = Pattern.compile("(?!smp_)[A-Za-z0-9._-]{1,64}");

	/** The id from the caller's header, or a generated one; always the same. */
	public static RequestId of(HttpServletRequest request) {
		if (request.getAttribute(ATTRIBUTE) instanceof RequestId known) {
			return known;
		}
		RequestId id = acceptOrCreate(request.getHeader(HEADER));
		request.setAttribute(ATTRIBUTE, id);
		return id;
	}

	/**
	 * Accepts a well-formed id, or generates one. Anything else could forge log lines, or
	 * show a key that is in the wrong header.
	 * @param given the value of the caller's header, if any
	 */
	public static RequestId acceptOrCreate(@Nullable String given) {
		return (given != null && WELL_FORMED.matcher(given).matches()) ? new RequestId(given) : create();
	}

	/** An id is no secret, so that a fast random source is enough. */
	private static RequestId create() {
		ThreadLocalRandom random = ThreadLocalRandom.current();
		return new RequestId(new UUID(random.nextLong(), random.nextLong()).toString());
	}

	@Override
	public String toString() {
		return this.value;
	}

}
