/**
 * State that the replicas of the service share, kept in Redis or Valkey: idempotency
 * keys, locks, Sentry's limits and quotas. Nothing of it is loaded unless
 * {@code members.state} is {@code redis}.
 */
@NullMarked
package dev.memberproxy.redis;

import org.jspecify.annotations.NullMarked;
