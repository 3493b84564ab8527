/**
 * Sentry Member Proxy: creates and manages members of a Sentry organization for apps that
 * hold no Sentry token. The root package starts the application and checks its
 * configuration.
 */
@NullMarked
package dev.memberproxy;

import org.jspecify.annotations.NullMarked;
