package dev.memberproxy.clients;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** At most a number of requests of a client in any 60 seconds. */
public interface Quota {

	/**
	 * Counts a request, unless the quota is used up.
	 * @return how long to wait for the next request; empty if this one was counted. Never
	 * completes with an exception
	 */
	CompletableFuture<Optional<Duration>> tryConsume();

	/**
	 * The state of the quota as far as this replica knows.
	 * @return the state
	 */
	Status status();

	/**
	 * The state of a quota.
	 *
	 * @param limit the number of requests in any minute
	 * @param remaining how many of these are left
	 * @param untilNext how long until one more is left; empty if none is used
	 */
	record Status(int limit, int remaining, Optional<Duration> untilNext) {
	}

}
