/**
 * Values that every room shares: addresses, roles, request ids. Knows nothing of HTTP,
 * SCIM or Spring.
 */
@NullMarked
package dev.memberproxy.core;

import org.jspecify.annotations.NullMarked;
