/**
 * How one organization's Sentry is reached: queue, rate limit, circuit breaker, retries,
 * health and metrics.
 */
@NullMarked
package dev.memberproxy.channel;

import org.jspecify.annotations.NullMarked;
