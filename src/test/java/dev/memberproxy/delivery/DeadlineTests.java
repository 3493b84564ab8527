package dev.memberproxy.delivery;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class DeadlineTests {

	/**
	 * A clock in nanoseconds may start anywhere, and may pass from positive to negative.
	 */
	private static final String SOON_NEGATIVE = "9223372036854775000";

	private static final Duration TWO_SECONDS = Duration.ofSeconds(2);

	private final AtomicLong clock = new AtomicLong();

	@ParameterizedTest
	@ValueSource(strings = { "0", "-5000000000", "1", SOON_NEGATIVE })
	void remainingWhenTimePassesShrinksToNothing(long start) {
		Deadline deadline = in(start);
		assertThat(deadline.remaining()).isEqualTo(TWO_SECONDS);
		pass(Duration.ofMillis(1_999));
		assertThat(deadline.remaining()).isEqualTo(Duration.ofMillis(1));
		pass(Duration.ofMillis(1));
		assertThat(deadline.remaining()).isZero();
	}

	@ParameterizedTest
	@ValueSource(strings = { "0", SOON_NEGATIVE })
	void remainingWhenDeadlineHasPassedIsNotNegative(long start) {
		Deadline deadline = in(start);
		pass(Duration.ofHours(1));
		assertThat(deadline.remaining()).isZero();
	}

	@ParameterizedTest
	@ValueSource(strings = { "0", SOON_NEGATIVE })
	void hasPassedWhenTimeIsOverIsTrue(long start) {
		Deadline deadline = in(start);
		assertThat(deadline.hasPassed()).isFalse();
		pass(TWO_SECONDS.minusNanos(1));
		assertThat(deadline.hasPassed()).isFalse();
		pass(Duration.ofNanos(1));
		assertThat(deadline.hasPassed()).isTrue();
		pass(Duration.ofDays(1));
		assertThat(deadline.hasPassed()).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "0", SOON_NEGATIVE })
	void leavesMoreThanWhenJustAsMuchIsLeftIsFalse(long start) {
		Deadline deadline = in(start);
		assertThat(deadline.leavesMoreThan(TWO_SECONDS.minusNanos(1))).isTrue();
		assertThat(deadline.leavesMoreThan(TWO_SECONDS)).isFalse();
		pass(TWO_SECONDS);
		assertThat(deadline.leavesMoreThan(Duration.ZERO)).isFalse();
	}

	private Deadline in(long start) {
		this.clock.set(start);
		return Deadline.in(TWO_SECONDS, this.clock::get);
	}

	private void pass(Duration duration) {
		this.clock.addAndGet(duration.toNanos());
	}

}
