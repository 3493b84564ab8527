/**
 * Values and small helpers that all packages share: addresses, roles, request ids, the
 * outbound proxy. Does not depend on Spring.
 */
@NullMarked
package dev.memberproxy.core;

import org.jspecify.annotations.NullMarked;
