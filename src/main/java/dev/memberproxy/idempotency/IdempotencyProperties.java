package dev.memberproxy.idempotency;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Limits for stored responses of requests with an idempotency key.
 *
 * @param ttl how long a response is kept
 * @param maxEntries how many responses are kept for each client
 */
@ConfigurationProperties("members.idempotency")
record IdempotencyProperties(@DefaultValue("24h") Duration ttl, @DefaultValue("10000") Integer maxEntries) {
}
