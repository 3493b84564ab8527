package dev.memberproxy.sentry;

import java.time.Duration;
import java.time.Instant;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.http.HttpHeaders;

import static org.assertj.core.api.Assertions.assertThat;

class RateLimitsTests {

	private static final Instant NOW = Instant.parse("2026-09-05T10:00:00.250Z");

	private static final String PREFIX = "X-Sentry-Rate-Limit-";

	private static final RateLimits NOTHING = new RateLimits(null, null, null, null, null);

	private final HttpHeaders headers = new HttpHeaders();

	@Test
	void ofWhenAllIsToldReadsAll() {
		set("Limit", "40");
		set("Remaining", "39");
		set("Reset", Long.toString(NOW.getEpochSecond() + 1));
		set("ConcurrentLimit", "25");
		set("ConcurrentRemaining", "24");
		assertThat(read()).isEqualTo(new RateLimits(40, 39, Duration.ofMillis(750), 25, 24));
	}

	@Test
	void ofWhenNamesAreWrittenInLowerCaseReadsThem() {
		this.headers.set("x-sentry-rate-limit-limit", "40");
		this.headers.set("x-sentry-rate-limit-concurrentlimit", "25");
		assertThat(read()).isEqualTo(new RateLimits(40, null, null, 25, null));
	}

	@Test
	void ofWhenNothingIsToldIsAllNull() {
		assertThat(read()).isEqualTo(NOTHING);
	}

	@Test
	void ofWhenThereIsNoConcurrencyLimitReadsTheRest() {
		set("Limit", "40");
		set("Remaining", "0");
		set("ConcurrentLimit", "None");
		set("ConcurrentRemaining", "None");
		assertThat(read()).isEqualTo(new RateLimits(40, 0, null, null, null));
	}

	@ParameterizedTest
	@ValueSource(strings = { "None", "", " ", "-1", "+1", "1.5", "0x10", "1e3", "forty", "40 ", "40, 40", "2147483648",
			"9999999999", "12345678901234567890", "\u0664\u0660" })
	void ofWhenACountIsNoPlainNumberLeavesItOut(String value) {
		set("Limit", value);
		set("Remaining", value);
		set("ConcurrentLimit", value);
		set("ConcurrentRemaining", value);
		assertThat(read()).isEqualTo(NOTHING);
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 999_999_999 })
	void ofWhenACountIsAtABoundReadsIt(int value) {
		set("Limit", Integer.toString(value));
		assertThat(read().limit()).isEqualTo(value);
	}

	@Test
	void ofWhenAHeaderIsRepeatedReadsTheFirst() {
		set("Limit", "40");
		this.headers.add(PREFIX + "Limit", "99");
		assertThat(read().limit()).isEqualTo(40);
	}

	@ParameterizedTest
	@CsvSource({ "1, 750", "0, -250", "-1, -1250", "60, 59750" })
	void untilResetWhenEpochSecondIsToldCountsFromNow(int seconds, long millis) {
		set("Reset", Long.toString(NOW.getEpochSecond() + seconds));
		assertThat(RateLimits.untilReset(this.headers, NOW)).isEqualTo(Duration.ofMillis(millis));
	}

	@ParameterizedTest
	@ValueSource(strings = { "0", "999999999999" })
	void untilResetWhenSecondIsFarAwayDoesNotFail(String value) {
		set("Reset", value);
		assertThat(RateLimits.untilReset(this.headers, NOW))
			.isEqualTo(Duration.between(NOW, Instant.ofEpochSecond(Long.parseLong(value))));
	}

	@ParameterizedTest
	@ValueSource(strings = { "None", "", "-1", "1788600001.5", "1788600001000000", "2026-09-05T10:00:01Z", "soon" })
	void untilResetWhenItIsNoEpochSecondIsNull(String value) {
		set("Reset", value);
		assertThat(RateLimits.untilReset(this.headers, NOW)).isNull();
		assertThat(read()).isEqualTo(NOTHING);
	}

	private RateLimits read() {
		return RateLimits.of(this.headers, NOW);
	}

	private void set(String name, String value) {
		this.headers.set(PREFIX + name, value);
	}

}
