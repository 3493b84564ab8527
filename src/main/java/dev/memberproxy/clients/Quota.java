package dev.memberproxy.clients;

import java.time.Duration;
import java.util.Optional;

/** How many requests a client may send. */
interface Quota {

	/**
	 * Counts a request.
	 * @return empty if it is within the quota, otherwise how long to wait
	 */
	Optional<Duration> take();

	/**
	 * Looks at what is left, and counts nothing.
	 * @return where the client stands
	 */
	Status status();

	/**
	 * Where a client stands.
	 *
	 * @param limit the number of requests in any minute
	 * @param remaining how many of these it may send at once
	 * @param untilMore how long until it may send one more than that; empty if it has
	 * used none
	 */
	record Status(int limit, int remaining, Optional<Duration> untilMore) {
	}

}
