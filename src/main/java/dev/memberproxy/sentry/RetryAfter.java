package dev.memberproxy.sentry;

import java.time.Duration;
import java.time.Instant;
import java.util.regex.Pattern;

import dev.memberproxy.sentry.Failure.RateLimited;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;

/**
 * How long a 429 asks to wait: {@code Retry-After} in either form (RFC 9110 section
 * 10.2.3), which something in front of Sentry may add, else Sentry's own
 * {@code X-Sentry-Rate-Limit-Reset} in epoch seconds. Sentry's own window is one second.
 */
final class RetryAfter {

	/** The window of Sentry's limiter; the wait where nothing usable is said. */
	private static final Duration SHORTEST = Duration.ofSeconds(1);

	private static final Pattern SECONDS = Pattern.compile("\\d{1,12}");

	private RetryAfter() {
	}

	static Duration of(HttpHeaders headers, Instant now) {
		Duration wait = ofRetryAfter(headers, now);
		if (wait == null) {
			wait = RateLimits.untilReset(headers, now);
		}
		if (wait == null || wait.compareTo(SHORTEST) < 0) {
			return SHORTEST;
		}
		return (wait.compareTo(RateLimited.LONGEST) > 0) ? RateLimited.LONGEST : wait;
	}

	private static @Nullable Duration ofRetryAfter(HttpHeaders headers, Instant now) {
		String value = headers.getFirst(HttpHeaders.RETRY_AFTER);
		if (value == null) {
			return null;
		}
		if (SECONDS.matcher(value).matches()) {
			return Duration.ofSeconds(Long.parseLong(value));
		}
		Instant date = SentryTime.parse(value);
		return (date != null) ? Duration.between(SentryTime.now(headers, now), date) : null;
	}

}
