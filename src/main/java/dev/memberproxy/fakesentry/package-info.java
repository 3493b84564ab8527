/**
 * A Sentry in memory for the profile {@code demo}, which needs no Sentry account. Nothing
 * depends on it.
 */
@NullMarked
package dev.memberproxy.fakesentry;

import org.jspecify.annotations.NullMarked;
