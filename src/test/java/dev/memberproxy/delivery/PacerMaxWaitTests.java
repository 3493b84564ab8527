package dev.memberproxy.delivery;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import dev.memberproxy.delivery.Pacer.Admission;
import dev.memberproxy.delivery.Pacer.Busy;
import dev.memberproxy.delivery.Pacer.Permit;
import dev.memberproxy.organizations.Organization.Pacing;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/** The clock stands still: whoever waits, waits for good. */
class PacerMaxWaitTests {

	private static final Duration LONG = Duration.ofMinutes(1);

	private final AtomicLong clock = new AtomicLong();

	/** Nothing has ended yet, so that nothing is known of how long a request takes. */
	@Test
	@Timeout(value = 3, unit = TimeUnit.SECONDS)
	void joinWhenMaxWaitIsZeroAndTheFirstRequestEverIsUnderWayDoesNotWait() {
		Pacer pacer = new Pacer(new Pacing(0, 1, Duration.ZERO), this.clock::get);
		assertThat(join(pacer)).isInstanceOf(Permit.class);
		assertThat(join(pacer)).isInstanceOf(Busy.class);
	}

	@Test
	@Timeout(value = 3, unit = TimeUnit.SECONDS)
	void joinWhenTwoAreAheadAndOneGoesInAWindowIsToldThreeWindows() {
		Pacer pacer = new Pacer(new Pacing(1, 0, Duration.ofSeconds(3)), this.clock::get);
		((Permit) join(pacer)).departing();
		for (int i = 0; i < 2; i++) {
			Thread.ofVirtual().start(() -> pacer.rejoin(in(LONG)));
		}
		while (pacer.waiting() < 2) {
			Thread.onSpinWait();
		}
		assertThat(join(pacer)).isEqualTo(new Busy(Pace.WINDOW.multipliedBy(3)));
	}

	private Admission join(Pacer pacer) {
		return pacer.join(in(LONG));
	}

	private Deadline in(Duration duration) {
		return Deadline.in(duration, this.clock::get);
	}

}
