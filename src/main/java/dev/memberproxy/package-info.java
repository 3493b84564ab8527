/**
 * Sentry Member Proxy: gives people a seat in a Sentry organization on behalf of apps
 * that never hold a Sentry token. This package starts the service and checks its
 * configuration; {@code docs/architecture.md} describes the packages below it.
 */
@NullMarked
package dev.memberproxy;

import org.jspecify.annotations.NullMarked;
