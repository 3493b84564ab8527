/**
 * Sentry Member Proxy: gives people a seat in a Sentry organization on behalf of apps
 * that never hold a Sentry token. The packages below are rooms; dependencies only point
 * down this list: {@code members}, {@code clients}, {@code sentry},
 * {@code organizations}, {@code audit}, {@code problem}, {@code core}. {@code fakesentry}
 * stands apart.
 */
@NullMarked
package dev.memberproxy;

import org.jspecify.annotations.NullMarked;
