/**
 * One call to Sentry: the URL, the SCIM wire format, the token, the limits of one
 * attempt, and the reader that gives each of Sentry's answers one meaning. Everything
 * Sentry-shaped stays in here.
 */
@NullMarked
package dev.memberproxy.sentry;

import org.jspecify.annotations.NullMarked;
