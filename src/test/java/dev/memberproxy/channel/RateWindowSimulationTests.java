package dev.memberproxy.channel;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;

import dev.memberproxy.channel.RateWindow.InFlight;
import dev.memberproxy.organizations.Organization.Pacing;
import dev.memberproxy.sentry.RateLimits;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Minutes of simulated traffic: requests arrive at random, sometimes many at once, are
 * sent when they are admitted, or later, or not at all, and end.
 */
class RateWindowSimulationTests {

	@ParameterizedTest
	@CsvSource({ "1, 0, false", "1, 1, true", "2, 3, true", "40, 0, false", "40, 1, false", "40, 25, true",
			"300, 100, false" })
	void requestsKeepTheLimitsAndAreAllAdmitted(int limit, int maxConcurrent, boolean reported) {
		for (int seed = 0; seed < 5; seed++) {
			new Simulation(limit, maxConcurrent, reported, seed).run();
		}
	}

	private static final class Simulation {

		private static final long SECOND = Duration.ofSeconds(1).toNanos();

		private static final long LENGTH = 120 * SECOND;

		private static final long START = Long.MAX_VALUE - 2 * SECOND;

		private final PriorityQueue<Event> events = new PriorityQueue<>();

		private final List<Long> sendTimes = new ArrayList<>();

		private final int limit;

		private final int maxConcurrent;

		private final boolean reported;

		private final Random random;

		private final RateWindow window;

		private long elapsed;

		private long number;

		private long nextCheck;

		private int arrived;

		private int begun;

		private int ended;

		Simulation(int limit, int maxConcurrent, boolean reported, long seed) {
			this.limit = limit;
			this.maxConcurrent = maxConcurrent;
			this.reported = reported;
			this.random = new Random(seed);
			this.window = new RateWindow(new Pacing(limit, maxConcurrent, Duration.ZERO), START);
		}

		void run() {
			in(0, this::arrive);
			while (!this.events.isEmpty()) {
				Event event = this.events.remove();
				this.elapsed = event.time();
				event.action().run();
				admit();
			}
			assertThat(this.ended).isEqualTo(this.begun).isEqualTo(this.arrived);
			assertThat(this.sendTimes).hasSizeGreaterThan(this.arrived / 2);
			for (int i = this.limit; i < this.sendTimes.size(); i++) {
				assertThat(this.sendTimes.get(i) - this.sendTimes.get(i - this.limit))
					.isGreaterThanOrEqualTo(RateWindow.WINDOW.toNanos());
			}
		}

		private void arrive() {
			this.arrived += (this.random.nextInt(4 * this.limit) == 0) ? this.random.nextInt(3 * this.limit + 1) : 1;
			if (this.elapsed < LENGTH) {
				in((long) (this.random.nextExponential() * SECOND / this.limit), this::arrive);
			}
		}

		private void admit() {
			while (this.arrived > this.begun && this.window.isOpen(now())) {
				begin();
			}
			long wait = this.window.waitForOpening(now());
			if (this.arrived > this.begun && wait != RateWindow.UNKNOWN && this.elapsed + wait != this.nextCheck) {
				this.nextCheck = this.elapsed + wait;
				in(wait, () -> {
				});
			}
		}

		private void begin() {
			this.begun++;
			if (this.maxConcurrent != 0) {
				assertThat(this.begun - this.ended).isLessThanOrEqualTo(this.maxConcurrent);
			}
			InFlight request = this.window.begin(now());
			if (this.random.nextInt(10) == 0) {
				in(this.random.nextLong(2 * SECOND), () -> end(request));
			}
			else {
				in(this.random.nextBoolean() ? 0 : this.random.nextLong(3 * SECOND), () -> send(request));
			}
		}

		private void send(InFlight request) {
			this.window.send(request, now());
			this.sendTimes.add(this.elapsed);
			in(this.random.nextLong(SECOND), () -> {
				if (this.reported) {
					this.window.received(limits(), request, now());
				}
				end(request);
			});
		}

		private void end(InFlight request) {
			this.ended++;
			this.window.end(request, now());
		}

		private RateLimits limits() {
			Duration exhaustedFor = Duration.ofMillis(this.random.nextInt(-500, 1500));
			return new RateLimits(limitOrNone(this.limit), limitOrNone(25),
					(this.random.nextInt(20) == 0) ? exhaustedFor : null);
		}

		private Integer limitOrNone(int limit) {
			return (this.random.nextInt(4) == 0) ? null : this.random.nextInt(2 * limit);
		}

		private long now() {
			return START + this.elapsed;
		}

		private void in(long nanos, Runnable action) {
			this.events.add(new Event(this.elapsed + nanos, this.number++, action));
		}

	}

	private record Event(long time, long number, Runnable action) implements Comparable<Event> {

		@Override
		public int compareTo(Event other) {
			return (this.time != other.time) ? Long.compare(this.time, other.time)
					: Long.compare(this.number, other.number);
		}

	}

}
