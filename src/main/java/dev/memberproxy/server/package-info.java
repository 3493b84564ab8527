/**
 * How connections of callers are served, and how the service stops without losing
 * requests.
 */
@NullMarked
package dev.memberproxy.server;

import org.jspecify.annotations.NullMarked;
