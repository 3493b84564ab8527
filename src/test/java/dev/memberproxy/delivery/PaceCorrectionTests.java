package dev.memberproxy.delivery;

import java.time.Duration;

import dev.memberproxy.delivery.Pace.Passage;
import dev.memberproxy.organizations.Organization.Pacing;
import dev.memberproxy.sentry.RateLimits;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Answers that must not do harm. */
class PaceCorrectionTests {

	private long now;

	private final Pace pace = new Pace(new Pacing(40, 25, Duration.ZERO), this.now);

	/** Second 999999999999 of the epoch, which RateLimits lets through. */
	@Test
	void correctWhenResetIsThousandsOfYearsAwayClosesForAWindow() {
		Passage passage = depart();
		this.pace.correct(new RateLimits(40, 0, Duration.ofSeconds(999_999_999_999L), null, null), passage, this.now);
		assertThat(this.pace.waitForOpening(this.now)).isEqualTo(Pace.WINDOW.toNanos());
	}

	/**
	 * The late answer is of an earlier window of Sentry's: it says nothing about this.
	 */
	@Test
	void correctWhenLateAnswerIsOfAWindowThatIsOverKeepsWhatIsKnownOfThisOne() {
		Passage slow = depart();
		this.now += Duration.ofMillis(600).toNanos();
		Passage quick = depart();
		this.pace.correct(new RateLimits(40, 0, Duration.ofMillis(500), null, null), quick, this.now);
		this.pace.correct(new RateLimits(40, 30, Duration.ofMillis(-500), null, null), slow, this.now);
		assertThat(this.pace.waitForOpening(this.now)).isEqualTo(Duration.ofMillis(500).toNanos());
	}

	/**
	 * Both answers are of the same window; the one that departed first told of more, and
	 * arrives last.
	 */
	@ParameterizedTest
	@ValueSource(ints = { 5, 39 })
	void correctWhenAnswersArriveInOtherOrderGoesByTheLatestDeparture(int earlierRemaining) {
		Passage first = depart();
		Passage second = depart();
		this.pace.correct(new RateLimits(40, 0, Duration.ofMillis(500), null, null), second, this.now);
		this.pace.correct(new RateLimits(40, earlierRemaining, Duration.ofMillis(500), null, null), first, this.now);
		assertThat(this.pace.waitForOpening(this.now)).isEqualTo(Duration.ofMillis(500).toNanos());
	}

	private Passage depart() {
		Passage passage = this.pace.begin(this.now);
		this.pace.depart(passage, this.now);
		return passage;
	}

}
