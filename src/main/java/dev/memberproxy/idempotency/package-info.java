/**
 * Requests that carry an {@code Idempotency-Key}: which are running, which have ended,
 * and with what answer.
 */
@NullMarked
package dev.memberproxy.idempotency;

import org.jspecify.annotations.NullMarked;
