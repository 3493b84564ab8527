package dev.memberproxy.channel;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * The wait before a retry: exponential with full jitter, so that requests that failed
 * together are not sent again together.
 *
 * @param random the source of the jitter
 */
record Backoff(RandomGenerator random) {

	private static final long BASE_MILLIS = 100;

	private static final long MAX_MILLIS = 2_000;

	/**
	 * The wait before the next attempt.
	 * @param failures the number of failed attempts, at least 1
	 * @return at most 100 ms after the first failure, at most twice as long after each
	 * further one, and at most 2 s
	 */
	Duration after(int failures) {
		long bound = Math.min(MAX_MILLIS, BASE_MILLIS << Math.min(failures - 1, 10));
		return Duration.ofMillis(this.random.nextLong(bound + 1));
	}

}
