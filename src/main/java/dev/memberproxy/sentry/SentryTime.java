package dev.memberproxy.sentry;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;

/**
 * Points in time that Sentry tells are of its clock, and so has to be what they are
 * compared with: a clock of ours that is a minute late would make a wait of a second one
 * of a minute.
 */
final class SentryTime {

	private SentryTime() {
	}

	/**
	 * The present time by the clock of who answered.
	 * @param headers the headers of an answer that has just come
	 * @param ours the present time by our clock
	 * @return ours, if it is within the second that {@code Date} tells (RFC 9110 section
	 * 6.6.1) or there is none; otherwise the beginning or the end of that second
	 */
	static Instant now(HttpHeaders headers, Instant ours) {
		Instant date = parse(headers.getFirst(HttpHeaders.DATE));
		if (date == null) {
			return ours;
		}
		Instant end = date.plusSeconds(1);
		return ours.isBefore(date) ? date : ours.isAfter(end) ? end : ours;
	}

	/**
	 * Reads a point in time (RFC 9110 section 5.6.7), in the form that is not obsolete.
	 * @param value the value of a header, if there is one
	 * @return the point in time, or null if it is none
	 */
	static @Nullable Instant parse(@Nullable String value) {
		if (value == null) {
			return null;
		}
		try {
			return ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
		}
		catch (DateTimeException ex) {
			return null;
		}
	}

}
