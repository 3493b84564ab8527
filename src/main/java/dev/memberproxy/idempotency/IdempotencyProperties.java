package dev.memberproxy.idempotency;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How well idempotency keys are remembered.
 *
 * @param ttl how long the answer to a request with a key is kept
 * @param maxEntries how many answers are kept for each client
 */
@ConfigurationProperties("members.idempotency")
record IdempotencyProperties(@DefaultValue("24h") Duration ttl, @DefaultValue("10000") Integer maxEntries) {
}
