package dev.memberproxy.sentry;

import java.time.Duration;
import java.time.Instant;
import java.util.regex.Pattern;

import org.apache.hc.client5.http.utils.DateUtils;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;

/**
 * Sentry's limits as a response reports them. They hold for the method of the request and
 * all callers of the organization together. Each may be missing, or reported as
 * {@code None} if it does not exist.
 * <p>
 * See docs/sentry-scim-contract.md, section 14.
 *
 * @param limit how many requests Sentry accepts in its window of one second
 * @param concurrentLimit how many requests may be in progress at the same time
 * @param exhaustedFor the time until Sentry's window ends, if the limit is used up in it
 */
public record RateLimits(@Nullable Integer limit, @Nullable Integer concurrentLimit, @Nullable Duration exhaustedFor) {

	private static final String PREFIX = "X-Sentry-Rate-Limit-";

	private static final Pattern COUNT = Pattern.compile("\\d{1,9}");

	private static final Pattern SECONDS = Pattern.compile("\\d{1,12}");

	/** Sentry's window, and the wait if a 429 reports nothing usable. */
	private static final Duration WINDOW = Duration.ofSeconds(1);

	/** Whether the response reports no limit, as those that are not Sentry's own. */
	public boolean isEmpty() {
		return this.limit == null && this.concurrentLimit == null;
	}

	static RateLimits of(HttpHeaders headers, Instant now) {
		Integer remaining = count(headers, "Remaining");
		return new RateLimits(count(headers, "Limit"), count(headers, "ConcurrentLimit"),
				(remaining != null && remaining == 0) ? untilReset(headers, now) : null);
	}

	/**
	 * How long a 429 asks to wait: {@code Retry-After} (RFC 9110 section 10.2.3), which
	 * something in front of Sentry may add, otherwise Sentry's own
	 * {@code X-Sentry-Rate-Limit-Reset} in epoch seconds.
	 * @return the wait, from one second to {@link Failure.NotProcessed#MAX_RETRY_AFTER}
	 */
	static Duration retryAfter(HttpHeaders headers, Instant now) {
		Duration wait = ofRetryAfter(headers, now);
		if (wait == null) {
			wait = untilReset(headers, now);
		}
		if (wait == null || wait.compareTo(WINDOW) < 0) {
			return WINDOW;
		}
		Duration longest = Failure.NotProcessed.MAX_RETRY_AFTER;
		return (wait.compareTo(longest) > 0) ? longest : wait;
	}

	private static @Nullable Duration ofRetryAfter(HttpHeaders headers, Instant now) {
		String value = headers.getFirst(HttpHeaders.RETRY_AFTER);
		if (value == null) {
			return null;
		}
		if (SECONDS.matcher(value).matches()) {
			return Duration.ofSeconds(Long.parseLong(value));
		}
		Instant date = DateUtils.parseStandardDate(value);
		return (date != null) ? Duration.between(serverTime(headers, now), date) : null;
	}

	private static @Nullable Duration untilReset(HttpHeaders headers, Instant now) {
		String value = headers.getFirst(PREFIX + "Reset");
		return (value != null && SECONDS.matcher(value).matches())
				? Duration.between(serverTime(headers, now), Instant.ofEpochSecond(Long.parseLong(value))) : null;
	}

	/**
	 * The current time by the clock of the server, as far as the {@code Date} header
	 * shows it. With a local clock that is a minute late, a wait of a second would become
	 * one of a minute.
	 */
	private static Instant serverTime(HttpHeaders headers, Instant local) {
		String value = headers.getFirst(HttpHeaders.DATE);
		Instant date = (value != null) ? DateUtils.parseStandardDate(value) : null;
		if (date == null) {
			return local;
		}
		Instant end = date.plusSeconds(1);
		return local.isBefore(date) ? date : local.isAfter(end) ? end : local;
	}

	private static @Nullable Integer count(HttpHeaders headers, String name) {
		String value = headers.getFirst(PREFIX + name);
		return (value != null && COUNT.matcher(value).matches()) ? Integer.valueOf(value) : null;
	}

}
