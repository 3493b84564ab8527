package dev.memberproxy.delivery;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;

import dev.memberproxy.delivery.Pace.Passage;
import dev.memberproxy.organizations.Organization.Pacing;
import dev.memberproxy.sentry.Failure.RateLimited;
import dev.memberproxy.sentry.RateLimits;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class PaceTests {

	private static final long MILLI = Duration.ofMillis(1).toNanos();

	private static final long SECOND = Duration.ofSeconds(1).toNanos();

	private static final long WINDOW = Pace.WINDOW.toNanos();

	/** A clock in nanoseconds may pass from positive to negative. */
	private static final long START = Long.MAX_VALUE - 2 * SECOND;

	private static final RateLimits NO_LIMITS = new RateLimits(null, null, null, null, null);

	private long now = START;

	private Pace pace = pace(40, 0);

	@Test
	void waitForOpeningWhenWindowIsNotFullIsZero() {
		for (int i = 0; i < 40; i++) {
			assertThat(waitForOpening()).isZero();
			send();
		}
		assertThat(waitForOpening()).isEqualTo(WINDOW);
		assertThat(this.pace.isOpen(this.now)).isFalse();
	}

	@Test
	void waitForOpeningWhenWindowIsFullLastsUntilTheOldestDepartureLeavesIt() {
		this.pace = pace(3, 0);
		for (int i = 0; i < 3; i++) {
			send();
			pass(100 * MILLI);
		}
		assertThat(waitForOpening()).isEqualTo(WINDOW - 300 * MILLI);
		pass(WINDOW - 300 * MILLI - 1);
		assertThat(waitForOpening()).isEqualTo(1);
		pass(1);
		assertThat(waitForOpening()).isZero();
		send();
		assertThat(waitForOpening()).isEqualTo(100 * MILLI);
	}

	@Test
	void waitForOpeningWhenRequestsHaveNotDepartedDoesNotGoByTheClock() {
		this.pace = pace(2, 0);
		Passage first = begin();
		Passage second = begin();
		pass(10 * SECOND);
		assertThat(waitForOpening()).isEqualTo(Pace.UNKNOWN);
		depart(first);
		assertThat(waitForOpening()).isEqualTo(WINDOW);
		pass(500 * MILLI);
		depart(second);
		assertThat(waitForOpening()).isEqualTo(WINDOW - 500 * MILLI);
	}

	@Test
	void waitForOpeningWhenRequestEndsWithoutDepartingIsZeroAgain() {
		this.pace = pace(1, 0);
		Passage passage = begin();
		assertThat(waitForOpening()).isEqualTo(Pace.UNKNOWN);
		end(passage);
		assertThat(waitForOpening()).isZero();
	}

	@Test
	void waitForOpeningWhenRequestEndsAfterDepartingKeepsItsPlaceInTheWindow() {
		this.pace = pace(1, 0);
		Passage passage = begin();
		depart(passage);
		end(passage);
		assertThat(waitForOpening()).isEqualTo(WINDOW);
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 2, 3, 40, 999 })
	void waitForOpeningWhenSomebodyAlwaysWaitsLetsTheLimitGoInEachWindow(int limit) {
		this.pace = pace(limit, 0);
		long end = this.now + 100 * WINDOW;
		int sent = 0;
		while (this.now - end < 0) {
			pass(waitForOpening());
			send();
			sent++;
		}
		assertThat(sent).isBetween(100 * limit, 100 * limit + 1);
	}

	@ParameterizedTest
	@CsvSource({ "1, 0", "1, 1", "1, 25", "2, 1", "3, 5", "40, 0", "40, 1", "40, 25", "300, 100" })
	void waitForOpeningWhenTrafficIsRandomKeepsTheLimitsAndServesAll(int limit, int maxConcurrent) {
		for (int seed = 0; seed < 5; seed++) {
			new Simulation(limit, maxConcurrent, seed, false).run();
		}
	}

	@ParameterizedTest
	@CsvSource({ "1, 0", "1, 1", "2, 3", "40, 0", "40, 25" })
	void waitForOpeningWhenSentryTellsRandomLimitsKeepsOursAndServesAll(int limit, int maxConcurrent) {
		for (int seed = 0; seed < 5; seed++) {
			new Simulation(limit, maxConcurrent, seed, true).run();
		}
	}

	@ParameterizedTest
	@CsvSource({ "0, 0", "0, 25", "1, 1", "40, 25" })
	void forecastWhenNothingWaitsIsZero(int limit, int maxConcurrent) {
		this.pace = pace(limit, maxConcurrent);
		assertThat(forecast(0)).isZero();
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 2, 7, 40 })
	void forecastWhenNothingDepartedYetIsWhatHappens(int limit) {
		this.pace = pace(limit, 0);
		assertThat(forecasts(200)).isEqualTo(waits(200));
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 20, 39, 40 })
	void forecastWhenSomeDepartedIsWhatHappensToThoseOfTheFirstWindow(int departed) {
		sendOverASecond(departed);
		assertThat(forecasts(39)).isEqualTo(waits(39));
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 20, 39, 40 })
	void forecastWhenSomeDepartedIsAtMostAWindowTooShort(int departed) {
		sendOverASecond(departed);
		List<Long> forecasts = forecasts(200);
		List<Long> waits = waits(200);
		for (int ahead = 0; ahead <= 200; ahead++) {
			assertThat(waits.get(ahead) - forecasts.get(ahead)).as("%d ahead", ahead).isBetween(0L, WINDOW);
		}
	}

	@Test
	void forecastWhenRequestsHaveNotDepartedTakesThemAsDepartingNow() {
		this.pace = pace(2, 0);
		begin();
		assertThat(forecast(0)).isZero();
		assertThat(forecast(1)).isEqualTo(WINDOW);
		begin();
		assertThat(forecast(0)).isEqualTo(WINDOW);
		assertThat(forecast(2)).isEqualTo(2 * WINDOW);
	}

	@Test
	void forecastWhenLessIsToldIsWhatHappens() {
		answer(told(7, null, null));
		pass(WINDOW);
		assertThat(forecasts(200)).isEqualTo(waits(200));
	}

	@Test
	void forecastWhenPlacesAreTakenGoesByTheAverageTime() {
		this.pace = pace(0, 2);
		Passage first = begin();
		depart(first);
		pass(4 * SECOND);
		end(first);
		begin();
		assertThat(forecast(0)).isZero();
		assertThat(forecast(1)).isEqualTo(2 * SECOND);
		begin();
		assertThat(forecast(0)).isEqualTo(2 * SECOND);
		assertThat(forecast(1)).isEqualTo(4 * SECOND);
		assertThat(forecast(100)).isEqualTo(202 * SECOND);
	}

	@Test
	void forecastWhenTimesChangeFollowsThem() {
		this.pace = pace(0, 1);
		for (int i = 0; i < 100; i++) {
			Passage passage = begin();
			depart(passage);
			pass((i == 0) ? 8 * SECOND : SECOND);
			end(passage);
		}
		begin();
		assertThat(forecast(0)).isBetween(SECOND, SECOND + MILLI);
	}

	@ParameterizedTest
	@CsvSource({ "0, 0", "40, 25" })
	void pauseWhenNotOverLetsNobodyGo(int limit, int maxConcurrent) {
		this.pace = pace(limit, maxConcurrent);
		this.pace.pause(Duration.ofSeconds(10), this.now);
		assertThat(waitForOpening()).isEqualTo(10 * SECOND);
		assertThat(forecast(0)).isEqualTo(10 * SECOND);
		assertThat(this.pace.pause(this.now)).isEqualTo(10 * SECOND);
		pass(10 * SECOND - 1);
		assertThat(this.pace.isOpen(this.now)).isFalse();
		pass(1);
		assertThat(this.pace.isOpen(this.now)).isTrue();
		assertThat(forecast(0)).isZero();
		pass(Duration.ofHours(1).toNanos());
		assertThat(this.pace.pause(this.now)).isZero();
	}

	@Test
	void pauseWhenALongerOneIsUnderWayIsNotShortened() {
		this.pace.pause(Duration.ofSeconds(10), this.now);
		pass(SECOND);
		this.pace.pause(Duration.ofSeconds(2), this.now);
		assertThat(waitForOpening()).isEqualTo(9 * SECOND);
		this.pace.pause(Duration.ofSeconds(20), this.now);
		assertThat(waitForOpening()).isEqualTo(20 * SECOND);
	}

	@Test
	void pauseWhenAsLongAsCanBeLetsOneTryFirst() {
		this.pace.pause(RateLimited.LONGEST, this.now);
		pass(RateLimited.LONGEST.toNanos());
		Passage trial = begin();
		assertThat(waitForOpening()).isEqualTo(Pace.UNKNOWN);
		this.pace.depart(trial, this.now);
		assertThat(waitForOpening()).isEqualTo(Pace.UNKNOWN);
		this.pace.correct(NO_LIMITS, trial, this.now);
		this.pace.end(trial, this.now);
		begin();
		assertThat(waitForOpening()).isZero();
	}

	@Test
	void pauseWhenTheTrialIsLimitedTooLetsOneTryAgain() {
		this.pace.pause(RateLimited.LONGEST, this.now);
		pass(RateLimited.LONGEST.toNanos());
		Passage trial = begin();
		this.pace.depart(trial, this.now);
		this.pace.correct(NO_LIMITS, trial, this.now);
		this.pace.pause(Duration.ofSeconds(1), this.now);
		this.pace.end(trial, this.now);
		pass(SECOND);
		assertThat(waitForOpening()).isZero();
		begin();
		assertThat(waitForOpening()).isEqualTo(Pace.UNKNOWN);
	}

	@Test
	void pauseWhenTheTrialGetsNoAnswerLetsOneTryAgain() {
		this.pace.pause(RateLimited.LONGEST, this.now);
		pass(RateLimited.LONGEST.toNanos());
		Passage trial = begin();
		this.pace.end(trial, this.now);
		begin();
		assertThat(waitForOpening()).isEqualTo(Pace.UNKNOWN);
	}

	@Test
	void endWhenNothingDepartedLeavesTheForecast() {
		this.pace = pace(0, 1);
		Passage passage = begin();
		this.pace.depart(passage, this.now);
		pass(SECOND);
		this.pace.end(passage, this.now);
		for (int i = 0; i < 20; i++) {
			this.pace.end(begin(), this.now);
		}
		assertThat(this.pace.averageNanos()).isEqualTo(SECOND);
	}

	@Test
	void pauseWhenShorterThanTheWindowLeavesTheWindow() {
		this.pace = pace(1, 0);
		send();
		this.pace.pause(Duration.ofSeconds(1), this.now);
		assertThat(waitForOpening()).isEqualTo(WINDOW);
	}

	@ParameterizedTest
	@CsvSource({ "10, 10", "39, 39", "40, 40", "41, 40", "999999999, 40", "1, 1", "0, 1", ", 40" })
	void correctWhenLimitIsToldKeepsToTheLower(Integer told, int limit) {
		answer(told(told, null, null));
		pass(WINDOW);
		assertThat(openings()).isEqualTo(limit);
		assertThat(waitForOpening()).isEqualTo(WINDOW);
	}

	@Test
	void correctWhenLimitIsNoLongerToldGoesBackToOurs() {
		answer(told(10, null, null));
		answer(new RateLimits(null, null, null, 25, 24));
		pass(WINDOW);
		assertThat(openings()).isEqualTo(40);
	}

	@Test
	void correctWhenNothingIsToldStaysAsItWas() {
		answer(told(10, null, null));
		answer(told(null, null, null));
		pass(WINDOW);
		assertThat(openings()).isEqualTo(10);
	}

	@Test
	void correctWhenLowerLimitIsToldCountsThoseAlreadyDeparted() {
		for (int i = 0; i < 20; i++) {
			send();
			pass(10 * MILLI);
		}
		answer(told(5, null, null));
		// Five may be in the window: the 16 oldest of 21 must leave it, and one more.
		assertThat(waitForOpening()).isEqualTo(WINDOW - 200 * MILLI + 16 * 10 * MILLI);
	}

	@Test
	void correctWhenNothingRemainsClosesUntilTheReset() {
		answer(told(40, 0, Duration.ofMillis(500)));
		assertThat(waitForOpening()).isEqualTo(500 * MILLI);
		assertThat(forecast(0)).isEqualTo(500 * MILLI);
		pass(500 * MILLI - 1);
		assertThat(waitForOpening()).isEqualTo(1);
		pass(1);
		assertThat(openings()).isEqualTo(39);
	}

	@Test
	void correctWhenResetIsNotToldClosesForAWindow() {
		answer(told(40, 0, null));
		assertThat(waitForOpening()).isEqualTo(WINDOW);
	}

	@Test
	void correctWhenResetIsFarAwayClosesForAWindow() {
		answer(told(40, 0, Duration.ofHours(1)));
		assertThat(waitForOpening()).isEqualTo(WINDOW);
	}

	@ParameterizedTest
	@ValueSource(longs = { 0, -1, -500, -1_788_600_000_000L })
	void correctWhenResetIsOverStaysOpen(long millis) {
		answer(told(40, 0, Duration.ofMillis(millis)));
		assertThat(openings()).isEqualTo(39);
	}

	@Test
	void correctWhenThreeRemainLetsThreeGoBeforeTheReset() {
		answer(told(40, 3, Duration.ofMillis(500)));
		assertThat(openings()).isEqualTo(3);
		assertThat(waitForOpening()).isEqualTo(500 * MILLI);
		pass(500 * MILLI);
		assertThat(openings()).isEqualTo(36);
	}

	@Test
	void correctWhenThreeRemainForecastsTheResetForTheFourth() {
		answer(told(40, 3, Duration.ofMillis(500)));
		assertThat(forecast(2)).isZero();
		assertThat(forecast(3)).isEqualTo(500 * MILLI);
		assertThat(forecasts(38)).isEqualTo(waits(38));
	}

	@Test
	void correctWhenOthersOfOursDepartedLaterDeductsThem() {
		send();
		Passage answered = begin();
		depart(answered);
		send();
		send();
		this.pace.correct(told(40, 5, Duration.ofMillis(500)), answered, this.now);
		assertThat(openings()).isEqualTo(3);
	}

	@Test
	void correctWhenOthersOfOursAreAboutToDepartDeductsThem() {
		Passage answered = begin();
		depart(answered);
		Passage connecting = begin();
		Passage failing = begin();
		this.pace.correct(told(40, 5, Duration.ofMillis(500)), answered, this.now);
		depart(connecting);
		end(failing);
		assertThat(openings()).isEqualTo(4);
	}

	@Test
	void correctWhenMoreOfOursDepartedThanRemainClosesUntilTheReset() {
		Passage answered = begin();
		depart(answered);
		send();
		send();
		this.pace.correct(told(40, 1, Duration.ofMillis(500)), answered, this.now);
		assertThat(waitForOpening()).isEqualTo(500 * MILLI);
	}

	@Test
	void correctWhenRemainingIsNotToldKeepsWhatWasTold() {
		answer(told(40, 0, Duration.ofMillis(500)));
		pass(100 * MILLI);
		Passage settling = begin();
		depart(settling);
		this.pace.correct(told(null, null, null), settling, this.now);
		assertThat(waitForOpening()).isEqualTo(400 * MILLI);
	}

	@Test
	void waitForOpeningWhenPlacesAreTakenDoesNotGoByTheClock() {
		this.pace = pace(0, 2);
		Passage first = begin();
		depart(first);
		assertThat(waitForOpening()).isZero();
		begin();
		assertThat(waitForOpening()).isEqualTo(Pace.UNKNOWN);
		pass(Duration.ofHours(1).toNanos());
		assertThat(waitForOpening()).isEqualTo(Pace.UNKNOWN);
		end(first);
		assertThat(waitForOpening()).isZero();
	}

	@ParameterizedTest
	@CsvSource({ "5, 4, 5", "24, 23, 24", "25, 24, 25", "26, 25, 25", "999999999, 0, 1", "1, 0, 1", "0, 0, 1", ", , 25",
			", 3, 25", "5, , 5", "3, 9, 3" })
	void correctWhenConcurrentLimitIsToldKeepsToTheLower(Integer told, Integer remaining, int limit) {
		this.pace = pace(0, 25);
		answer(new RateLimits(null, null, null, told, remaining));
		assertThat(places()).isEqualTo(limit);
	}

	@ParameterizedTest
	@CsvSource({ "25, 22, 25", "25, 21, 24", "25, 10, 13", "25, 1, 4", "25, 0, 3", "10, 0, 3", "3, 0, 3", "2, 0, 2" })
	void correctWhenOthersAreUnderWayLeavesThemTheirPlaces(int told, int remaining, int limit) {
		this.pace = pace(0, 25);
		Passage first = begin();
		depart(first);
		Passage second = begin();
		depart(second);
		Passage third = begin();
		depart(third);
		this.pace.correct(new RateLimits(null, null, null, told, remaining), third, this.now);
		end(first);
		end(second);
		end(third);
		assertThat(places()).isEqualTo(limit);
	}

	@Test
	void correctWhenOursBeganLaterDoesNotTakeThemForOthers() {
		this.pace = pace(0, 25);
		Passage answered = begin();
		depart(answered);
		for (int i = 0; i < 10; i++) {
			depart(begin());
		}
		this.pace.correct(new RateLimits(null, null, null, 25, 24), answered, this.now);
		assertThat(places()).isEqualTo(14);
	}

	@Test
	void correctWhenOthersTakeAllPlacesLeavesUsOne() {
		this.pace = pace(0, 25);
		answer(new RateLimits(null, null, null, 25, -100));
		assertThat(places()).isOne();
	}

	@Test
	void correctWhenConcurrentLimitIsNoLongerToldGoesBackToOurs() {
		this.pace = pace(0, 25);
		answer(new RateLimits(null, null, null, 10, 2));
		answer(told(40, 39, null));
		assertThat(places()).isEqualTo(25);
	}

	@Test
	void waitForOpeningWhenThereAreNoLimitsIsZeroWhateverIsTold() {
		this.pace = pace(0, 0);
		for (int i = 0; i < 10_000; i++) {
			assertThat(waitForOpening()).isZero();
			assertThat(forecast(1_000)).isZero();
			depart(begin());
		}
		answer(new RateLimits(1, 0, Duration.ofSeconds(1), 1, 0));
		assertThat(waitForOpening()).isZero();
		assertThat(forecast(1_000)).isZero();
		this.pace.pause(Duration.ofSeconds(3), this.now);
		assertThat(waitForOpening()).isEqualTo(3 * SECOND);
		assertThat(forecast(1_000)).isEqualTo(3 * SECOND);
	}

	private Pace pace(int limit, int maxConcurrent) {
		return new Pace(new Pacing(limit, maxConcurrent, Duration.ZERO), this.now);
	}

	private static RateLimits told(Integer limit, Integer remaining, Duration untilReset) {
		return new RateLimits(limit, remaining, untilReset, null, null);
	}

	private void pass(long nanos) {
		this.now += nanos;
	}

	private long waitForOpening() {
		return this.pace.waitForOpening(this.now);
	}

	private long forecast(int ahead) {
		return this.pace.forecast(ahead, this.now);
	}

	private Passage begin() {
		return this.pace.begin(this.now);
	}

	private void depart(Passage passage) {
		this.pace.depart(passage, this.now);
	}

	private void end(Passage passage) {
		this.pace.end(passage, this.now);
	}

	/** Sends a request that takes no time. */
	private void send() {
		Passage passage = begin();
		depart(passage);
		end(passage);
	}

	/** Sends a request that takes no time and is answered. */
	private void answer(RateLimits limits) {
		Passage passage = begin();
		depart(passage);
		this.pace.correct(limits, passage, this.now);
		end(passage);
	}

	private void sendOverASecond(int count) {
		for (int i = 0; i < count; i++) {
			send();
			pass(SECOND / count);
		}
	}

	/** Sends as many as may go right now. */
	private int openings() {
		int sent = 0;
		while (waitForOpening() == 0) {
			send();
			sent++;
		}
		return sent;
	}

	/** Begins as many as may be under way. */
	private int places() {
		int begun = 0;
		while (waitForOpening() == 0) {
			begin();
			begun++;
		}
		return begun;
	}

	private List<Long> forecasts(int most) {
		List<Long> forecasts = new ArrayList<>();
		for (int ahead = 0; ahead <= most; ahead++) {
			forecasts.add(forecast(ahead));
		}
		return forecasts;
	}

	/** How long each waits if all go as soon as they may and take no time. */
	private List<Long> waits(int most) {
		long start = this.now;
		List<Long> waits = new ArrayList<>();
		for (int ahead = 0; ahead <= most; ahead++) {
			for (long wait = waitForOpening(); wait != 0; wait = waitForOpening()) {
				pass(wait);
			}
			waits.add(this.now - start);
			send();
		}
		return waits;
	}

	/**
	 * Minutes of traffic: requests come at random, sometimes many at once, go when they
	 * may, depart some time later or not at all, and end.
	 */
	private static final class Simulation {

		private static final long LENGTH = Duration.ofMinutes(3).toNanos();

		private final PriorityQueue<Event> events = new PriorityQueue<>();

		private final List<Long> departures = new ArrayList<>();

		private final int limit;

		private final int maxConcurrent;

		private final Random random;

		private final boolean told;

		private final Pace pace;

		private long sinceStart;

		private long number;

		private long nextLook;

		private int waiting;

		private int come;

		private int begun;

		private int ended;

		Simulation(int limit, int maxConcurrent, long seed, boolean told) {
			this.limit = limit;
			this.maxConcurrent = maxConcurrent;
			this.random = new Random(seed);
			this.told = told;
			this.pace = new Pace(new Pacing(limit, maxConcurrent, Duration.ZERO), START);
		}

		void run() {
			in(0, this::come);
			while (!this.events.isEmpty()) {
				Event event = this.events.remove();
				this.sinceStart = event.time();
				event.action().run();
				letGo();
			}
			assertThat(this.waiting).isZero();
			assertThat(this.ended).isEqualTo(this.begun).isEqualTo(this.come);
			assertThat(this.departures).hasSizeGreaterThan(this.come / 2);
			for (int i = this.limit; i < this.departures.size(); i++) {
				assertThat(this.departures.get(i) - this.departures.get(i - this.limit)).isGreaterThanOrEqualTo(WINDOW)
					.isGreaterThan(SECOND);
			}
		}

		private void come() {
			int many = (this.random.nextInt(4 * this.limit) == 0) ? this.random.nextInt(3 * this.limit + 1) : 1;
			this.waiting += many;
			this.come += many;
			if (this.sinceStart < LENGTH) {
				in((long) (this.random.nextExponential() * SECOND / this.limit), this::come);
			}
		}

		private void letGo() {
			while (this.waiting > 0 && this.pace.waitForOpening(now()) == 0) {
				begin();
			}
			if (this.waiting > 0) {
				long wait = this.pace.waitForOpening(now());
				if (wait != Pace.UNKNOWN && this.sinceStart + wait != this.nextLook) {
					this.nextLook = this.sinceStart + wait;
					in(wait, () -> {
					});
				}
			}
		}

		private void begin() {
			this.waiting--;
			this.begun++;
			if (this.maxConcurrent != 0) {
				assertThat(this.begun - this.ended).isLessThanOrEqualTo(this.maxConcurrent);
			}
			Passage passage = this.pace.begin(now());
			if (this.random.nextInt(10) == 0) {
				in(upTo(2 * SECOND), () -> end(passage));
			}
			else {
				in(this.random.nextBoolean() ? 0 : upTo(3 * SECOND), () -> depart(passage));
			}
		}

		private void depart(Passage passage) {
			this.pace.depart(passage, now());
			this.departures.add(this.sinceStart);
			in(upTo(SECOND), () -> {
				if (this.told) {
					this.pace.correct(limits(), passage, now());
				}
				end(passage);
			});
		}

		private void end(Passage passage) {
			this.ended++;
			this.pace.end(passage, now());
		}

		private RateLimits limits() {
			return new RateLimits(orNull(this.limit), orNull(this.limit),
					this.random.nextBoolean() ? null : Duration.ofMillis(this.random.nextInt(-500, 1500)), orNull(25),
					orNull(25));
		}

		private Integer orNull(int most) {
			return (this.random.nextInt(4) == 0) ? null : this.random.nextInt(2 * most);
		}

		private long upTo(long most) {
			return this.random.nextLong(most + 1);
		}

		private long now() {
			return START + this.sinceStart;
		}

		private void in(long nanos, Runnable action) {
			this.events.add(new Event(this.sinceStart + nanos, this.number++, action));
		}

		private record Event(long time, long number, Runnable action) implements Comparable<Event> {

			@Override
			public int compareTo(Event other) {
				return (this.time != other.time) ? Long.compare(this.time, other.time)
						: Long.compare(this.number, other.number);
			}

		}

	}

}
