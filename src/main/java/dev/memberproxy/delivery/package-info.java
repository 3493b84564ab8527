/**
 * Turns attempts at Sentry into a known outcome: the deadline, the pace, the breaker, the
 * turn of each person, what may be sent again, and what must be looked up.
 */
@NullMarked
package dev.memberproxy.delivery;

import org.jspecify.annotations.NullMarked;
