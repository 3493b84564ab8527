/**
 * Stops without losing a request.
 */
@NullMarked
package dev.memberproxy.shutdown;

import org.jspecify.annotations.NullMarked;
