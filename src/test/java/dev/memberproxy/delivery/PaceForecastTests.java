package dev.memberproxy.delivery;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import dev.memberproxy.delivery.Pace.Passage;
import dev.memberproxy.organizations.Organization.Pacing;
import dev.memberproxy.sentry.RateLimits;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** What is foretold, against what happens. */
class PaceForecastTests {

	private static final long MILLI = Duration.ofMillis(1).toNanos();

	private static final long SECOND = Duration.ofSeconds(1).toNanos();

	private static final int LIMIT = 40;

	private long now;

	private final Pace pace = new Pace(new Pacing(LIMIT, 0, Duration.ZERO), this.now);

	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 20, 39, 40 })
	void forecastWhenSomeDepartedIsWhatHappens(int departed) {
		for (int i = 0; i < departed; i++) {
			send();
			this.now += SECOND / departed;
		}
		assertForecastsComeTrue();
	}

	@Test
	void forecastWhenSomeDepartedAtRandomIsWhatHappens() {
		Random random = new Random(42);
		for (int round = 0; round < 100; round++) {
			for (int i = random.nextInt(100); i > 0; i--) {
				while (!this.pace.isOpen(this.now)) {
					this.now += this.pace.waitForOpening(this.now);
				}
				send();
				this.now += random.nextLong(100 * MILLI);
			}
			assertForecastsComeTrue();
		}
	}

	@ParameterizedTest
	@ValueSource(longs = { 0, 100, 500, 1_500, 10_000 })
	void forecastWhenPausedIsWhatHappens(long millis) {
		for (int i = 0; i < 20; i++) {
			send();
			this.now += 10 * MILLI;
		}
		this.pace.pause(Duration.ofMillis(millis), this.now);
		assertForecastsComeTrue();
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 3, 39 })
	void forecastWhenFewRemainIsWhatHappens(int remaining) {
		answer(remaining);
		assertForecastsComeTrue();
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 3, 39 })
	void forecastWhenFewRemainAndTheWindowIsFullIsWhatHappens(int remaining) {
		for (int i = 1; i < LIMIT; i++) {
			send();
			this.now += MILLI;
		}
		answer(remaining);
		assertForecastsComeTrue();
	}

	@Test
	void forecastWhenNothingRemainsButTheWindowLastsLongerIsTheWaitForTheOpening() {
		for (int i = 1; i < LIMIT; i++) {
			send();
		}
		answer(0);
		assertThat(this.pace.forecast(0, this.now)).isEqualTo(this.pace.waitForOpening(this.now));
	}

	private void send() {
		Passage passage = this.pace.begin(this.now);
		this.pace.depart(passage, this.now);
		this.pace.end(passage, this.now);
	}

	private void answer(int remaining) {
		Passage passage = this.pace.begin(this.now);
		this.pace.depart(passage, this.now);
		this.pace.correct(new RateLimits(LIMIT, remaining, Duration.ofMillis(500), null, null), passage, this.now);
		this.pace.end(passage, this.now);
	}

	private void assertForecastsComeTrue() {
		List<Long> forecasts = new ArrayList<>();
		for (int ahead = 0; ahead <= 200; ahead++) {
			forecasts.add(this.pace.forecast(ahead, this.now));
		}
		long start = this.now;
		List<Long> waits = new ArrayList<>();
		for (int ahead = 0; ahead <= 200; ahead++) {
			while (!this.pace.isOpen(this.now)) {
				this.now += this.pace.waitForOpening(this.now);
			}
			waits.add(this.now - start);
			send();
		}
		assertThat(forecasts).isEqualTo(waits);
	}

}
