/**
 * Which Sentry organizations exist and how each is reached, and the check of all
 * properties of this service. Owns all of {@code sentry.*} and {@code members.proxy.*}.
 */
@NullMarked
package dev.memberproxy.organizations;

import org.jspecify.annotations.NullMarked;
