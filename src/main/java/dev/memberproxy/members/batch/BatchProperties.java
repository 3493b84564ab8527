package dev.memberproxy.members.batch;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The limits of batches.
 *
 * @param maxItems the largest number of items, from 1 to 10,000
 */
@ConfigurationProperties("members.batch")
record BatchProperties(@DefaultValue("1000") @Min(value = 1, message = BatchProperties.FAULT) @Max(value = 10_000,
		message = BatchProperties.FAULT) int maxItems) {

	private static final String FAULT = "is not a usable number|Set it to a whole number from 1 to 10000.";

}
