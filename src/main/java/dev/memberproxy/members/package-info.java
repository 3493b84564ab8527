/**
 * The {@code /members} resource: its JSON, its validation, and the one place where
 * Sentry's answers become answers of ours.
 */
@NullMarked
package dev.memberproxy.members;

import org.jspecify.annotations.NullMarked;
