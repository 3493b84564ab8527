package dev.memberproxy.clients;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * Counts the requests of this process. Keeps the time of each request of the last minute
 * (8 bytes each): a token bucket would admit twice the number in the minute after a
 * pause.
 */
public final class LocalQuota implements Quota {

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
	public LocalQuota(int limit, LongSupplier nanoClock) {
		this.times = new long[limit];
		this.nanoClock = nanoClock;
	}

	@Override
	public CompletableFuture<Optional<Duration>> tryConsume() {
		return CompletableFuture.completedFuture(tryConsume(this.times.length));
	}

	/**
	 * Counts a request, unless a part of the quota is used up.
	 * @param part how many requests in any 60 seconds, at least 1
	 * @return how long to wait for the next request; empty if this one was counted
	 */
	public Optional<Duration> tryConsume(int part) {
		this.lock.lock();
		try {
			long now = this.nanoClock.getAsLong();
			removeExpired(now);
			if (this.count >= part) {
				return Optional.of(untilExpired(this.count - part, now));
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
		return (this.count == 0) ? Optional.empty() : Optional.of(untilExpired(0, now));
	}

	private Duration untilExpired(int index, long now) {
		return Duration.ofNanos(this.times[(this.oldest + index) % this.times.length] + MINUTE - now);
	}

}
