package dev.memberproxy.clients;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * At most a number of requests in any 60 seconds. Keeps the time of each request of the
 * last minute (8 bytes each): a token bucket would admit twice the number in the minute
 * after a pause.
 */
final class Quota {

	private static final long MINUTE = Duration.ofMinutes(1).toNanos();

	private final ReentrantLock lock = new ReentrantLock();

	private final LongSupplier nanoClock;

	/** A ring buffer of the times of the requests in the last minute. */
	private final long[] times;

	private int oldest;

	private int count;

	/**
	 * @param limit how many requests, at least 1
	 * @param nanoClock a monotonic clock in nanoseconds
	 */
	Quota(int limit, LongSupplier nanoClock) {
		this.times = new long[limit];
		this.nanoClock = nanoClock;
	}

	/**
	 * Counts a request, unless the quota is used up.
	 * @return how long to wait for the next request; empty if this one was counted
	 */
	Optional<Duration> tryConsume() {
		this.lock.lock();
		try {
			long now = this.nanoClock.getAsLong();
			removeExpired(now);
			if (this.count == this.times.length) {
				return untilNext(now);
			}
			this.times[(this.oldest + this.count) % this.times.length] = now;
			this.count++;
			return Optional.empty();
		}
		finally {
			this.lock.unlock();
		}
	}

	Status status() {
		this.lock.lock();
		try {
			long now = this.nanoClock.getAsLong();
			removeExpired(now);
			return new Status(this.times.length, this.times.length - this.count, untilNext(now));
		}
		finally {
			this.lock.unlock();
		}
	}

	private void removeExpired(long now) {
		while (this.count > 0 && now - this.times[this.oldest] >= MINUTE) {
			this.oldest = (this.oldest + 1) % this.times.length;
			this.count--;
		}
	}

	private Optional<Duration> untilNext(long now) {
		return (this.count == 0) ? Optional.empty()
				: Optional.of(Duration.ofNanos(this.times[this.oldest] + MINUTE - now));
	}

	/**
	 * @param limit the number of requests in any minute
	 * @param remaining how many of these are left
	 * @param untilNext how long until one more is left; empty if none is used
	 */
	record Status(int limit, int remaining, Optional<Duration> untilNext) {
	}

}
