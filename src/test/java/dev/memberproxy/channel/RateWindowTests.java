package dev.memberproxy.channel;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntToLongFunction;
import java.util.stream.IntStream;

import dev.memberproxy.channel.RateWindow.InFlight;
import dev.memberproxy.organizations.Organization.Pacing;
import dev.memberproxy.sentry.Failure.NotProcessed;
import dev.memberproxy.sentry.RateLimits;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class RateWindowTests {

	private static final long MILLI = Duration.ofMillis(1).toNanos();

	private static final long SECOND = Duration.ofSeconds(1).toNanos();

	private static final long WINDOW = RateWindow.WINDOW.toNanos();

	private static final RateLimits NO_LIMITS = new RateLimits(null, null, null);

	/** A clock in nanoseconds may pass from positive to negative. */
	private long now = Long.MAX_VALUE - 2 * SECOND;

	private RateWindow window = window(40, 0);

	@Test
	void waitWhenWindowIsFullEndsWhenTheOldestLeavesIt() {
		this.window = window(3, 0);
		for (int i = 0; i < 3; i++) {
			assertThat(waitForOpening()).isZero();
			send();
			pass(100 * MILLI);
		}
		assertThat(waitForOpening()).isEqualTo(WINDOW - 300 * MILLI);
		assertThat(this.window.isOpen(this.now)).isFalse();
		pass(WINDOW - 300 * MILLI - 1);
		assertThat(waitForOpening()).isEqualTo(1);
		pass(1);
		assertThat(this.window.isOpen(this.now)).isTrue();
		send();
		assertThat(waitForOpening()).isEqualTo(100 * MILLI);
	}

	@Test
	void waitWhenRequestsAreNotSentYetIsUnknown() {
		this.window = window(2, 0);
		InFlight first = begin();
		InFlight second = begin();
		pass(10 * SECOND);
		assertThat(waitForOpening()).isEqualTo(RateWindow.UNKNOWN);
		this.window.send(first, this.now);
		assertThat(waitForOpening()).isEqualTo(WINDOW);
		pass(500 * MILLI);
		this.window.send(second, this.now);
		assertThat(waitForOpening()).isEqualTo(WINDOW - 500 * MILLI);
	}

	@Test
	void waitWhenRequestEndsUnsentIsZero() {
		this.window = window(1, 0);
		InFlight request = begin();
		assertThat(waitForOpening()).isEqualTo(RateWindow.UNKNOWN);
		end(request);
		assertThat(waitForOpening()).isZero();
		assertThat(this.window.averageNanos()).isZero();
	}

	@Test
	void waitWhenAllPlacesAreTakenIsUnknown() {
		this.window = window(0, 2);
		InFlight first = beginAndSend();
		assertThat(waitForOpening()).isZero();
		begin();
		pass(Duration.ofHours(1).toNanos());
		assertThat(waitForOpening()).isEqualTo(RateWindow.UNKNOWN);
		end(first);
		assertThat(waitForOpening()).isZero();
	}

	@Test
	void waitWhenThereAreNoLimitsIsZeroExceptInAPause() {
		this.window = window(0, 0);
		IntStream.range(0, 10_000).forEach((_) -> beginAndSend());
		receive(new RateLimits(1, 1, null));
		assertThat(waitForOpening()).isZero();
		assertThat(forecast(1_000)).isZero();
		pause(Duration.ofSeconds(3));
		assertThat(waitForOpening()).isEqualTo(3 * SECOND);
		assertThat(forecast(1_000)).isEqualTo(3 * SECOND);
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 40, 999 })
	void waitWhenARequestAlwaysWaitsUsesTheWholeLimit(int limit) {
		this.window = window(limit, 0);
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
	@CsvSource({ "10, 10", "41, 40", "999999999, 40", "1, 1", "0, 1", ", 40" })
	void receivedWhenALimitIsReportedAppliesTheLower(Integer reported, int limit) {
		receive(new RateLimits(reported, null, null));
		pass(WINDOW);
		assertThat(openings()).isEqualTo(limit);
		assertThat(waitForOpening()).isEqualTo(WINDOW);
	}

	@Test
	void receivedWhenLimitIsLowerCountsWhatWasSent() {
		for (int i = 0; i < 20; i++) {
			send();
			pass(10 * MILLI);
		}
		receive(new RateLimits(5, null, null));
		// The 16 oldest of 21 must leave the window, and one more.
		assertThat(waitForOpening()).isEqualTo(WINDOW - 200 * MILLI + 16 * 10 * MILLI);
	}

	@ParameterizedTest
	@CsvSource({ "5, 5", "26, 25", "0, 1", ", 25" })
	void receivedWhenConcurrencyIsReportedAppliesTheLower(Integer reported, int limit) {
		this.window = window(0, 25);
		receive(new RateLimits(null, reported, null));
		assertThat(places()).isEqualTo(limit);
	}

	@Test
	void receivedWithoutALimitRestoresTheConfiguredOne() {
		this.window = window(40, 25);
		receive(new RateLimits(10, 10, null));
		receive(NO_LIMITS);
		pass(WINDOW);
		assertThat(places()).as("no limit at all: not Sentry's response").isEqualTo(10);
		this.window = window(40, 25);
		receive(new RateLimits(10, 10, null));
		receive(new RateLimits(40, null, null));
		pass(WINDOW);
		assertThat(places()).isEqualTo(25);
	}

	/** {@code RateLimits} admits times of thousands of years. */
	@ParameterizedTest
	@CsvSource({ "500, 500", "1100, 1100", "3600000, 1100", "999999999999000, 1100", "0, 0", "-500, 0" })
	void receivedWhenLimitIsExhaustedPausesAtMostAWindow(long millis, long pause) {
		receive(new RateLimits(40, null, Duration.ofMillis(millis)));
		assertThat(waitForOpening()).isEqualTo(pause * MILLI);
		assertThat(forecast(0)).isEqualTo(pause * MILLI);
		pass(pause * MILLI);
		assertThat(waitForOpening()).isZero();
	}

	@Test
	void receivedLateFromAnEarlierWindowKeepsThePause() {
		InFlight slow = beginAndSend();
		InFlight quick = beginAndSend();
		this.window.received(new RateLimits(40, null, Duration.ofMillis(500)), quick, this.now);
		this.window.received(new RateLimits(40, null, Duration.ofMillis(-500)), slow, this.now);
		assertThat(waitForOpening()).isEqualTo(500 * MILLI);
	}

	@ParameterizedTest
	@CsvSource({ "0, 0", "40, 25" })
	void pauseWhenNotOverAdmitsNothing(int limit, int maxConcurrent) {
		this.window = window(limit, maxConcurrent);
		pause(Duration.ofSeconds(10));
		assertThat(waitForOpening()).isEqualTo(10 * SECOND);
		assertThat(forecast(0)).isEqualTo(10 * SECOND);
		assertThat(this.window.pause(this.now)).isEqualTo(10 * SECOND);
		pass(10 * SECOND - 1);
		assertThat(this.window.isOpen(this.now)).isFalse();
		pass(1);
		assertThat(this.window.isOpen(this.now)).isTrue();
		pass(Duration.ofHours(1).toNanos());
		assertThat(this.window.pause(this.now)).isZero();
	}

	@Test
	void pauseWhenALongerOneHoldsDoesNotShortenIt() {
		pause(Duration.ofSeconds(10));
		pass(SECOND);
		pause(Duration.ofSeconds(2));
		assertThat(waitForOpening()).isEqualTo(9 * SECOND);
		pause(Duration.ofSeconds(20));
		assertThat(waitForOpening()).isEqualTo(20 * SECOND);
	}

	@Test
	void pauseWhenShorterThanTheWindowDoesNotEndIt() {
		this.window = window(1, 0);
		send();
		pause(Duration.ofSeconds(1));
		assertThat(waitForOpening()).isEqualTo(WINDOW);
	}

	@Test
	void pauseOfTheLongestKindAdmitsOneUntilItHasAResponse() {
		pauseForTheLongest();
		InFlight trial = beginAndSend();
		assertThat(waitForOpening()).isEqualTo(RateWindow.UNKNOWN);
		this.window.received(NO_LIMITS, trial, this.now);
		end(trial);
		begin();
		assertThat(waitForOpening()).isZero();
	}

	@Test
	void pauseWhenTrialHasNoResponseAdmitsOneMore() {
		pauseForTheLongest();
		end(beginAndSend());
		begin();
		assertThat(waitForOpening()).isEqualTo(RateWindow.UNKNOWN);
	}

	@Test
	void pauseWhenTrialIsLimitedTooAdmitsOneMore() {
		pauseForTheLongest();
		InFlight trial = beginAndSend();
		this.window.received(NO_LIMITS, trial, this.now);
		pause(Duration.ofSeconds(1));
		end(trial);
		pass(SECOND);
		assertThat(waitForOpening()).isZero();
		begin();
		assertThat(waitForOpening()).isEqualTo(RateWindow.UNKNOWN);
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 20, 39, 40 })
	void forecastWhenSomeWereSentIsTheActualWait(int sent) {
		for (int i = 0; i < sent; i++) {
			send();
			pass(SECOND / sent);
		}
		assertForecastsComeTrue();
	}

	@Test
	void forecastAfterRandomTrafficIsTheActualWait() {
		Random random = new Random(42);
		for (int round = 0; round < 100; round++) {
			for (int i = random.nextInt(100); i > 0; i--) {
				pass(waitForOpening());
				send();
				pass(random.nextLong(100 * MILLI));
			}
			assertForecastsComeTrue();
		}
	}

	@ParameterizedTest
	@ValueSource(longs = { 0, 100, 500, 1_500, 10_000 })
	void forecastInAPauseIsTheActualWait(long millis) {
		for (int i = 0; i < 20; i++) {
			send();
			pass(10 * MILLI);
		}
		pause(Duration.ofMillis(millis));
		assertForecastsComeTrue();
	}

	@Test
	void forecastWhenLimitIsExhaustedIsTheActualWait() {
		IntStream.range(1, 40).forEach((_) -> send());
		receive(new RateLimits(7, null, Duration.ofMillis(500)));
		assertForecastsComeTrue();
	}

	@Test
	void forecastWhenRequestsAreNotSentYetAssumesThatTheyAreSentNow() {
		this.window = window(2, 0);
		begin();
		assertThat(forecast(0)).isZero();
		assertThat(forecast(1)).isEqualTo(WINDOW);
		begin();
		assertThat(forecast(0)).isEqualTo(WINDOW);
		assertThat(forecast(2)).isEqualTo(2 * WINDOW);
	}

	@Test
	void forecastWhenAllPlacesAreTakenFollowsTheAverageTime() {
		this.window = window(0, 2);
		InFlight first = beginAndSend();
		pass(4 * SECOND);
		end(first);
		begin();
		assertThat(forecast(0)).isZero();
		assertThat(forecast(1)).isEqualTo(2 * SECOND);
		begin();
		assertThat(forecast(0)).isEqualTo(2 * SECOND);
		assertThat(forecast(100)).isEqualTo(202 * SECOND);
	}

	@Test
	void forecastWhenRequestsBecomeFasterFollows() {
		this.window = window(0, 1);
		for (int i = 0; i < 100; i++) {
			InFlight request = beginAndSend();
			pass((i == 0) ? 8 * SECOND : SECOND);
			end(request);
		}
		begin();
		assertThat(forecast(0)).isBetween(SECOND, SECOND + MILLI);
	}

	private RateWindow window(int limit, int maxConcurrent) {
		return new RateWindow(new Pacing(limit, maxConcurrent, Duration.ZERO), this.now);
	}

	private void pass(long nanos) {
		this.now += nanos;
	}

	private long waitForOpening() {
		return this.window.waitForOpening(this.now);
	}

	private long forecast(int ahead) {
		return this.window.forecast(ahead, SharedWindow.Others.NONE, this.now);
	}

	private void pause(Duration duration) {
		this.window.pause(duration, this.now);
	}

	private void pauseForTheLongest() {
		pause(NotProcessed.MAX_RETRY_AFTER);
		pass(NotProcessed.MAX_RETRY_AFTER.toNanos());
	}

	private InFlight begin() {
		return this.window.begin(this.now);
	}

	private InFlight beginAndSend() {
		InFlight request = begin();
		this.window.send(request, this.now);
		return request;
	}

	private void end(InFlight request) {
		this.window.end(request, this.now);
	}

	/** A request that takes no time. */
	private void send() {
		end(beginAndSend());
	}

	/** A request that takes no time and has a response. */
	private void receive(RateLimits limits) {
		InFlight request = beginAndSend();
		this.window.received(limits, request, this.now);
		end(request);
	}

	/** Sends as many as may be sent now. */
	private int openings() {
		int sent = 0;
		for (; waitForOpening() == 0; sent++) {
			send();
		}
		return sent;
	}

	/** Begins as many as may be in flight. */
	private int places() {
		int begun = 0;
		for (; waitForOpening() == 0; begun++) {
			begin();
		}
		return begun;
	}

	private void assertForecastsComeTrue() {
		List<Long> forecasts = forEachAhead(this::forecast);
		long start = this.now;
		assertThat(forEachAhead((_) -> {
			while (waitForOpening() > 0) {
				pass(waitForOpening());
			}
			send();
			return this.now - start;
		})).isEqualTo(forecasts);
	}

	private static List<Long> forEachAhead(IntToLongFunction function) {
		List<Long> waits = new ArrayList<>();
		for (int ahead = 0; ahead <= 200; ahead++) {
			waits.add(function.applyAsLong(ahead));
		}
		return waits;
	}

}
