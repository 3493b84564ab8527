package dev.memberproxy.channel;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** A clock in nanoseconds may start anywhere, and pass from positive to negative. */
class DeadlineTests {

	private static final Duration TWO_SECONDS = Duration.ofSeconds(2);

	private final AtomicLong clock = new AtomicLong();

	@ParameterizedTest
	@ValueSource(longs = { 0, -5_000_000_000L, Long.MAX_VALUE - 1_000 })
	void remainingShrinksToZero(long start) {
		Deadline deadline = in(start);
		assertThat(deadline.remaining()).isEqualTo(TWO_SECONDS);
		pass(TWO_SECONDS.minusNanos(1));
		assertThat(deadline.remaining()).isEqualTo(Duration.ofNanos(1));
		assertThat(deadline.hasPassed()).isFalse();
		pass(Duration.ofNanos(1));
		assertThat(deadline.hasPassed()).isTrue();
		pass(Duration.ofDays(1));
		assertThat(deadline.remaining()).isZero();
		assertThat(deadline.hasPassed()).isTrue();
	}

	@ParameterizedTest
	@ValueSource(longs = { 0, Long.MAX_VALUE - 1_000 })
	void leavesMoreThanWhenExactlyThatIsLeftIsFalse(long start) {
		Deadline deadline = in(start);
		assertThat(deadline.leavesMoreThan(TWO_SECONDS.minusNanos(1))).isTrue();
		assertThat(deadline.leavesMoreThan(TWO_SECONDS)).isFalse();
		pass(TWO_SECONDS);
		assertThat(deadline.leavesMoreThan(Duration.ZERO)).isFalse();
	}

	@ParameterizedTest
	@ValueSource(longs = { 0, Long.MAX_VALUE - 1_000 })
	void withinIsTheEarlierDeadline(long start) {
		Deadline deadline = in(start);
		assertThat(deadline.within(Duration.ofSeconds(1)).remaining()).isEqualTo(Duration.ofSeconds(1));
		assertThat(deadline.within(Duration.ofSeconds(3)).remaining()).isEqualTo(TWO_SECONDS);
	}

	private Deadline in(long start) {
		this.clock.set(start);
		return Deadline.in(TWO_SECONDS, this.clock::get);
	}

	private void pass(Duration duration) {
		this.clock.addAndGet(duration.toNanos());
	}

}
