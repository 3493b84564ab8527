package dev.memberproxy.sentry;

import java.time.Duration;
import java.time.Instant;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;

/**
 * What an answer tells about Sentry's limits, which count for the method of the request
 * and all callers of the organization together. Anything may be missing, and a limit that
 * does not exist may be told as {@code None}.
 *
 * @param limit how many requests Sentry takes in one window
 * @param remaining how many of them were left when this request was counted
 * @param untilReset how long until the window ends; negative if that is over
 * @param concurrentLimit how many requests may be under way at the same time
 * @param concurrentRemaining how many more could have been when this request was counted
 */
public record RateLimits(@Nullable Integer limit, @Nullable Integer remaining, @Nullable Duration untilReset,
		@Nullable Integer concurrentLimit, @Nullable Integer concurrentRemaining) {

	private static final String PREFIX = "X-Sentry-Rate-Limit-";

	private static final String RESET = PREFIX + "Reset";

	private static final Pattern COUNT = Pattern.compile("\\d{1,9}");

	private static final Pattern EPOCH_SECONDS = Pattern.compile("\\d{1,12}");

	/**
	 * Whether the answer tells nothing, as it is with those that do not come from Sentry
	 * itself.
	 * @return true if nothing is told
	 */
	public boolean isEmpty() {
		return this.limit == null && this.remaining == null && this.concurrentLimit == null;
	}

	static RateLimits of(HttpHeaders headers, Instant now) {
		return new RateLimits(count(headers, "Limit"), count(headers, "Remaining"), untilReset(headers, now),
				count(headers, "ConcurrentLimit"), count(headers, "ConcurrentRemaining"));
	}

	/**
	 * How long until the window ends.
	 * @param headers the headers of an answer
	 * @param now the present time
	 * @return the time from now on, or null if the headers do not tell
	 */
	static @Nullable Duration untilReset(HttpHeaders headers, Instant now) {
		String value = headers.getFirst(RESET);
		return (value != null && EPOCH_SECONDS.matcher(value).matches())
				? Duration.between(SentryTime.now(headers, now), Instant.ofEpochSecond(Long.parseLong(value))) : null;
	}

	private static @Nullable Integer count(HttpHeaders headers, String name) {
		String value = headers.getFirst(PREFIX + name);
		return (value != null && COUNT.matcher(value).matches()) ? Integer.valueOf(value) : null;
	}

}
