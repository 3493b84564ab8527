package dev.memberproxy.channel;

import java.time.Duration;

/**
 * The waits of the channels. They are no properties: only tests need others.
 *
 * @param openDuration how long an open circuit breaker suspends requests
 * @param backoff the waits between attempts
 */
record ChannelTimings(Duration openDuration, Backoff backoff) {
}
