/**
 * Requests with an {@code Idempotency-Key}: the state of each key, and the stored
 * responses.
 */
@NullMarked
package dev.memberproxy.idempotency;

import org.jspecify.annotations.NullMarked;
