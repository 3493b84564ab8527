package dev.memberproxy.channel;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * The wait before a retry: exponential with full jitter, so that requests that failed
 * together are not sent again together.
 *
 * @param first the longest wait after the first failure
 * @param max the longest wait of all
 * @param random the source of the jitter
 */
record Backoff(Duration first, Duration max, RandomGenerator random) {

	/**
	 * The wait before the next attempt.
	 * @param failures the number of failed attempts, at least 1
	 * @return a random wait, whose bound doubles with each failure
	 */
	Duration after(int failures) {
		long bound = Math.min(this.max.toMillis(), this.first.toMillis() << Math.min(failures - 1, 10));
		return Duration.ofMillis(this.random.nextLong(bound + 1));
	}

}
