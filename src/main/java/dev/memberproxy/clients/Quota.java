package dev.memberproxy.clients;

import java.time.Duration;
import java.util.Optional;

/** How many requests a client may send. */
@FunctionalInterface
interface Quota {

	/** No limit. */
	Quota NONE = Optional::empty;

	/**
	 * Counts a request.
	 * @return empty if it is within the quota, otherwise how long to wait
	 */
	Optional<Duration> take();

}
