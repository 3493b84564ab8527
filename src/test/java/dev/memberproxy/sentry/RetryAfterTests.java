package dev.memberproxy.sentry;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.http.HttpHeaders;

import static org.assertj.core.api.Assertions.assertThat;

class RetryAfterTests {

	private static final Instant NOW = Instant.parse("2026-09-05T10:00:00Z");

	private static final String RESET = "X-Sentry-Rate-Limit-Reset";

	private final HttpHeaders headers = new HttpHeaders();

	@Test
	void ofWhenNothingIsToldIsOneSecond() {
		assertThat(read()).isEqualTo(Duration.ofSeconds(1));
	}

	@ParameterizedTest
	@CsvSource({ "0, 1", "1, 1", "2, 2", "007, 7", "60, 60", "61, 60", "3600, 60", "999999999999, 60" })
	void ofWhenSecondsAreToldKeepsThemWithinBounds(String value, long seconds) {
		this.headers.set(HttpHeaders.RETRY_AFTER, value);
		assertThat(read()).isEqualTo(Duration.ofSeconds(seconds));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			value = { "Sat, 05 Sep 2026 10:00:30 GMT | 30", "Sat, 5 Sep 2026 10:00:30 GMT | 30",
					"Sat, 05 Sep 2026 10:00:00 GMT | 1", "Sat, 05 Sep 2026 09:59:00 GMT | 1",
					"Thu, 01 Jan 1970 00:00:00 GMT | 1", "Sat, 05 Sep 2026 10:01:00 GMT | 60",
					"Sat, 05 Sep 2026 11:00:01 GMT | 60", "Fri, 31 Dec 9999 23:59:59 GMT | 60" })
	void ofWhenDateIsToldCountsFromNowWithinBounds(String value, long seconds) {
		this.headers.set(HttpHeaders.RETRY_AFTER, value);
		assertThat(read()).isEqualTo(Duration.ofSeconds(seconds));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "soon", "None", "-5", "1.5", "5s", "1e3", "Sun, 05 Sep 2026 10:00:30 GMT",
			"Sat, 35 Sep 2026 10:00:30 GMT", "2026-09-05T10:00:30Z", "99999999999999999999" })
	void ofWhenRetryAfterIsNonsenseGoesByTheReset(String value) {
		this.headers.set(HttpHeaders.RETRY_AFTER, value);
		assertThat(read()).isEqualTo(Duration.ofSeconds(1));
		reset(NOW.getEpochSecond() + 7);
		assertThat(read()).isEqualTo(Duration.ofSeconds(7));
	}

	/** The same answer, whatever our clock says. */
	@ParameterizedTest
	@ValueSource(longs = { -86_400, -60, -5, 0, 5, 60, 86_400 })
	void ofWhenOurClockIsWrongGoesByTheDateOfTheAnswer(long seconds) {
		Instant sentry = NOW.plusSeconds(seconds);
		this.headers.set(HttpHeaders.DATE, DateTimeFormatter.RFC_1123_DATE_TIME.format(sentry.atZone(ZoneOffset.UTC)));
		reset(sentry.getEpochSecond() + 7);
		assertThat(read()).isBetween(Duration.ofSeconds(6), Duration.ofSeconds(7));
		this.headers.set(HttpHeaders.RETRY_AFTER,
				DateTimeFormatter.RFC_1123_DATE_TIME.format(sentry.plusSeconds(30).atZone(ZoneOffset.UTC)));
		assertThat(read()).isBetween(Duration.ofSeconds(29), Duration.ofSeconds(30));
	}

	@Test
	void ofWhenDateIsNonsenseGoesByOurClock() {
		this.headers.set(HttpHeaders.DATE, "today");
		reset(NOW.getEpochSecond() + 7);
		assertThat(read()).isEqualTo(Duration.ofSeconds(7));
	}

	@ParameterizedTest
	@CsvSource({ "-100, 1", "0, 1", "1, 1", "2, 2", "60, 60", "61, 60", "900000000000, 60" })
	void ofWhenOnlyResetIsToldCountsFromNowWithinBounds(long secondsFromNow, long seconds) {
		reset(NOW.getEpochSecond() + secondsFromNow);
		assertThat(read()).isEqualTo(Duration.ofSeconds(seconds));
	}

	@Test
	void ofWhenResetIsWithinASecondIsAtLeastOneSecond() {
		reset(NOW.getEpochSecond() + 1);
		assertThat(RetryAfter.of(this.headers, NOW.plusMillis(900))).isEqualTo(Duration.ofSeconds(1));
	}

	@ParameterizedTest
	@ValueSource(strings = { "None", "", "-1", "soon" })
	void ofWhenResetIsNonsenseIsOneSecond(String value) {
		this.headers.set(RESET, value);
		assertThat(read()).isEqualTo(Duration.ofSeconds(1));
	}

	@Test
	void ofWhenBothAreToldGoesByRetryAfter() {
		this.headers.set(HttpHeaders.RETRY_AFTER, "30");
		reset(NOW.getEpochSecond() + 7);
		assertThat(read()).isEqualTo(Duration.ofSeconds(30));
	}

	private Duration read() {
		return RetryAfter.of(this.headers, NOW);
	}

	private void reset(long epochSecond) {
		this.headers.set(RESET, Long.toString(epochSecond));
	}

}
