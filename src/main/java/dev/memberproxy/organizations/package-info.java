/**
 * The configured Sentry organizations, their tokens and the rotation of tokens. Owns the
 * properties {@code sentry.*}.
 */
@NullMarked
package dev.memberproxy.organizations;

import org.jspecify.annotations.NullMarked;
