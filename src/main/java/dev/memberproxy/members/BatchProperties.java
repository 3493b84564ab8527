package dev.memberproxy.members;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How much may be asked for at once.
 *
 * @param maxItems the most items of a batch
 */
@ConfigurationProperties("members.batch")
@Validated
record BatchProperties(@DefaultValue("1000") @Min(1) @Max(10_000) int maxItems) {
}
