package dev.memberproxy.delivery;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * A point in time by which something must be over.
 *
 * @param end in nanoseconds of the clock
 * @param clock a clock that only goes forward, in nanoseconds
 */
record Deadline(long end, LongSupplier clock) {

	static Deadline in(Duration duration, LongSupplier clock) {
		return new Deadline(clock.getAsLong() + duration.toNanos(), clock);
	}

	/**
	 * How much time is left.
	 * @return the time, never negative
	 */
	Duration remaining() {
		return Duration.ofNanos(Math.max(0, this.end - this.clock.getAsLong()));
	}

	/**
	 * A deadline for a part of it.
	 * @param duration how long the part may take
	 * @return the end of that time from now on, or this deadline if it comes before
	 */
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
