package dev.memberproxy.clients;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * At most a number of requests in any 60 seconds, wherever these begin. Remembers the
 * time of each of the last requests, 8 bytes each; a token bucket would admit twice the
 * number in the minute after a pause.
 */
final class MinuteQuota implements Quota {

	private static final long MINUTE = Duration.ofMinutes(1).toNanos();

	private final ReentrantLock lock = new ReentrantLock();

	private final LongSupplier nanoClock;

	/** A ring: the next request takes the place of the oldest one. */
	private final long[] times;

	private int admitted;

	private int next;

	/**
	 * @param limit how many requests, at least 1
	 * @param nanoClock a clock that only goes forward, in nanoseconds
	 */
	MinuteQuota(int limit, LongSupplier nanoClock) {
		this.times = new long[limit];
		this.nanoClock = nanoClock;
	}

	@Override
	public Optional<Duration> take() {
		this.lock.lock();
		try {
			long now = this.nanoClock.getAsLong();
			long wait = this.times[this.next] + MINUTE - now;
			if (this.admitted == this.times.length && wait > 0) {
				return Optional.of(Duration.ofNanos(wait));
			}
			this.admitted = Math.min(this.admitted + 1, this.times.length);
			this.times[this.next] = now;
			this.next = (this.next + 1) % this.times.length;
			return Optional.empty();
		}
		finally {
			this.lock.unlock();
		}
	}

}
