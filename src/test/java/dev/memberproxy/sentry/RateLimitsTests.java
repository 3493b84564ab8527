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

class RateLimitsTests {

	private static final Instant NOW = Instant.parse("2026-09-05T10:00:00.250Z");

	private static final RateLimits NONE = new RateLimits(null, null, null);

	private final HttpHeaders headers = new HttpHeaders();

	@Test
	void ofWhenAllAreReportedReadsAll() {
		set("Limit", "40");
		set("Remaining", "0");
		reset(NOW.getEpochSecond() + 1);
		set("ConcurrentLimit", "25");
		assertThat(limits()).isEqualTo(new RateLimits(40, 25, Duration.ofMillis(750)));
		assertThat(limits().isEmpty()).isFalse();
		set("Remaining", "1");
		assertThat(limits()).isEqualTo(new RateLimits(40, 25, null));
	}

	@Test
	void ofWhenHeadersAreMissingOrNoneIsEmpty() {
		assertThat(limits()).isEqualTo(NONE);
		set("Limit", "None");
		set("Remaining", "None");
		set("Reset", "None");
		set("ConcurrentLimit", "None");
		assertThat(limits()).isEqualTo(NONE);
		assertThat(limits().isEmpty()).isTrue();
	}

	@Test
	void ofReadsTheFirstHeaderInAnyCase() {
		this.headers.add("x-sentry-rate-limit-limit", "40");
		this.headers.add("X-Sentry-Rate-Limit-Limit", "99");
		assertThat(limits().limit()).isEqualTo(40);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "-1", "+1", "1.5", "0x10", "1e3", "forty", "40 ", "40, 40", "2147483648",
			"12345678901234567890", "\u0664\u0660" })
	void ofWhenACountIsMalformedIgnoresIt(String value) {
		set("Limit", value);
		set("Remaining", value);
		reset(NOW.getEpochSecond() + 1);
		set("ConcurrentLimit", value);
		assertThat(limits()).isEqualTo(NONE);
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 999_999_999 })
	void ofWhenACountIsExtremeReadsIt(int value) {
		set("Limit", Integer.toString(value));
		assertThat(limits().limit()).isEqualTo(value);
	}

	@ParameterizedTest
	@ValueSource(strings = { "None", "", "-1", "1788600001.5", "1788600001000000", "2026-09-05T10:00:01Z" })
	void ofWhenResetIsMalformedIsNotExhausted(String value) {
		set("Remaining", "0");
		set("Reset", value);
		assertThat(limits()).isEqualTo(NONE);
		assertThat(retryAfter()).isEqualTo(Duration.ofSeconds(1));
	}

	@ParameterizedTest
	@ValueSource(longs = { 0, 999_999_999_999L })
	void ofWhenResetIsFarAwayReadsIt(long second) {
		set("Remaining", "0");
		reset(second);
		assertThat(limits().exhaustedFor()).isEqualTo(Duration.between(NOW, Instant.ofEpochSecond(second)));
	}

	@ParameterizedTest
	@CsvSource({ "0, 1", "1, 1", "2, 2", "007, 7", "60, 60", "61, 60", "999999999999, 60" })
	void retryAfterInSecondsKeepsTheBounds(String value, long seconds) {
		this.headers.set(HttpHeaders.RETRY_AFTER, value);
		reset(NOW.getEpochSecond() + 30);
		assertThat(retryAfter()).isEqualTo(Duration.ofSeconds(seconds));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			value = { "Sat, 05 Sep 2026 10:00:30 GMT | 29750", "Sat, 5 Sep 2026 10:00:30 GMT | 29750",
					"Sat, 05 Sep 2026 10:00:00 GMT | 1000", "Thu, 01 Jan 1970 00:00:00 GMT | 1000",
					"Sat, 05 Sep 2026 10:01:01 GMT | 60000", "Fri, 31 Dec 9999 23:59:59 GMT | 60000" })
	void retryAfterAsDateKeepsTheBounds(String value, long millis) {
		this.headers.set(HttpHeaders.RETRY_AFTER, value);
		assertThat(retryAfter()).isEqualTo(Duration.ofMillis(millis));
	}

	@ParameterizedTest
	@CsvSource({ "-100, 1000", "1, 1000", "2, 1750", "60, 59750", "61, 60000", "900000000000, 60000" })
	void retryAfterFromResetKeepsTheBounds(long seconds, long millis) {
		reset(NOW.getEpochSecond() + seconds);
		assertThat(retryAfter()).isEqualTo(Duration.ofMillis(millis));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "soon", "None", "-5", "1.5", "5s", "Sun, 05 Sep 2026 10:00:30 GMT",
			"Sat, 35 Sep 2026 10:00:30 GMT", "2026-09-05T10:00:30Z", "99999999999999999999" })
	void retryAfterWhenMalformedIsFromReset(String value) {
		this.headers.set(HttpHeaders.RETRY_AFTER, value);
		assertThat(retryAfter()).isEqualTo(Duration.ofSeconds(1));
		reset(NOW.getEpochSecond() + 7);
		assertThat(retryAfter()).isEqualTo(Duration.ofMillis(6_750));
	}

	@Test
	void retryAfterWhenNothingIsReportedIsOneSecond() {
		assertThat(retryAfter()).isEqualTo(Duration.ofSeconds(1));
	}

	@ParameterizedTest
	@ValueSource(longs = { -86_400, -60, 0, 60, 86_400 })
	void retryAfterWhenLocalClockIsWrongUsesTheDateHeader(long seconds) {
		Instant sentry = NOW.plusSeconds(seconds);
		this.headers.set(HttpHeaders.DATE, httpDate(sentry));
		reset(sentry.getEpochSecond() + 7);
		assertThat(retryAfter()).isBetween(Duration.ofSeconds(6), Duration.ofSeconds(7));
		this.headers.set(HttpHeaders.RETRY_AFTER, httpDate(sentry.plusSeconds(30)));
		assertThat(retryAfter()).isBetween(Duration.ofSeconds(29), Duration.ofSeconds(30));
	}

	@Test
	void retryAfterWhenDateHeaderIsMalformedUsesTheLocalClock() {
		this.headers.set(HttpHeaders.DATE, "today");
		reset(NOW.getEpochSecond() + 7);
		assertThat(retryAfter()).isEqualTo(Duration.ofMillis(6_750));
	}

	private RateLimits limits() {
		return RateLimits.of(this.headers, NOW);
	}

	private Duration retryAfter() {
		return RateLimits.retryAfter(this.headers, NOW);
	}

	private void reset(long epochSecond) {
		set("Reset", Long.toString(epochSecond));
	}

	private void set(String name, String value) {
		this.headers.set("X-Sentry-Rate-Limit-" + name, value);
	}

	private static String httpDate(Instant instant) {
		return DateTimeFormatter.RFC_1123_DATE_TIME.format(instant.atZone(ZoneOffset.UTC));
	}

}
