package dev.memberproxy;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** A clock that only advances when a test does so. */
public final class MutableClock extends Clock {

	private volatile Instant now = Instant.parse("2026-09-05T10:00:00Z");

	public void pass(Duration duration) {
		this.now = this.now.plus(duration);
	}

	/** The same time, to replace {@link System#nanoTime()}. */
	public long nanos() {
		return Duration.between(Instant.EPOCH, this.now).toNanos();
	}

	@Override
	public Instant instant() {
		return this.now;
	}

	@Override
	public ZoneId getZone() {
		return ZoneOffset.UTC;
	}

	@Override
	public Clock withZone(ZoneId zone) {
		throw new UnsupportedOperationException();
	}

}
