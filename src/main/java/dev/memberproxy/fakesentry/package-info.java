/**
 * A Sentry in memory, for trying the service out without an account (profile
 * {@code demo}). Nothing depends on it.
 */
@NullMarked
package dev.memberproxy.fakesentry;

import org.jspecify.annotations.NullMarked;
