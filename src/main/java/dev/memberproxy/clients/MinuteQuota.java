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

	/** A ring of the times of the requests in the last minute, the oldest one first. */
	private final long[] times;

	private int oldest;

	private int count;

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
			forget(now);
			if (this.count == this.times.length) {
				return untilMore(now);
			}
			this.times[(this.oldest + this.count) % this.times.length] = now;
			this.count++;
			return Optional.empty();
		}
		finally {
			this.lock.unlock();
		}
	}

	@Override
	public Status status() {
		this.lock.lock();
		try {
			long now = this.nanoClock.getAsLong();
			forget(now);
			return new Status(this.times.length, this.times.length - this.count, untilMore(now));
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Drops what is a minute old. */
	private void forget(long now) {
		while (this.count > 0 && now - this.times[this.oldest] >= MINUTE) {
			this.oldest = (this.oldest + 1) % this.times.length;
			this.count--;
		}
	}

	private Optional<Duration> untilMore(long now) {
		return (this.count == 0) ? Optional.empty()
				: Optional.of(Duration.ofNanos(this.times[this.oldest] + MINUTE - now));
	}

}
