package dev.memberproxy.channel;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * When something must have ended.
 *
 * @param end in nanoseconds of the clock
 * @param clock a monotonic clock in nanoseconds
 */
record Deadline(long end, LongSupplier clock) {

	static Deadline in(Duration duration, LongSupplier clock) {
		return new Deadline(clock.getAsLong() + duration.toNanos(), clock);
	}

	/** The time left, never negative. */
	Duration remaining() {
		return Duration.ofNanos(Math.max(0, this.end - this.clock.getAsLong()));
	}

	/** The earlier of this deadline and one after a duration. */
	Deadline within(Duration duration) {
		return leavesMoreThan(duration) ? in(duration, this.clock) : this;
	}

	boolean hasPassed() {
		return remaining().isZero();
	}

	boolean leavesMoreThan(Duration duration) {
		return remaining().compareTo(duration) > 0;
	}

}
