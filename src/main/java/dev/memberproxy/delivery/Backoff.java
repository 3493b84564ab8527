package dev.memberproxy.delivery;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before an attempt is repeated: exponential with full jitter, so that
 * those who failed together do not come back together.
 *
 * @param random the source of the jitter
 */
record Backoff(RandomGenerator random) {

	private static final long BASE_MILLIS = 100;

	private static final long CAP_MILLIS = 2_000;

	/**
	 * The wait before the next attempt.
	 * @param failures how many attempts have failed, at least 1
	 * @return up to 100 ms after the first failure, up to twice as long after each
	 * further one, up to 2 s at most
	 */
	Duration after(int failures) {
		long bound = Math.min(CAP_MILLIS, BASE_MILLIS << Math.min(failures - 1, 10));
		return Duration.ofMillis(this.random.nextLong(bound + 1));
	}

}
