/**
 * Which Sentry organizations exist and how each is reached. Owns all of {@code sentry.*}.
 */
@NullMarked
package dev.memberproxy.organizations;

import org.jspecify.annotations.NullMarked;
