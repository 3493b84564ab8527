package dev.memberproxy.idempotency;

import java.time.Duration;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Limits for stored responses of requests with an idempotency key.
 *
 * @param ttl how long a response is kept
 * @param maxEntries how many responses are kept for each client
 */
@ConfigurationProperties("members.idempotency")
public record IdempotencyProperties(
		@DefaultValue("24h") @DurationMin(nanos = 1, message = IdempotencyProperties.TTL) @DurationMax(days = 30,
				message = IdempotencyProperties.TTL) Duration ttl,
		@DefaultValue("10000") @Min(value = 1, message = IdempotencyProperties.ENTRIES) @Max(value = 1_000_000,
				message = IdempotencyProperties.ENTRIES) Integer maxEntries) {

	private static final String TTL = "is not a usable time"
			+ "|Set it to more than zero and at most 30 days, such as 24h or 7d.";

	private static final String ENTRIES = "is not a usable number|Set it to a whole number from 1 to 1000000.";

}
