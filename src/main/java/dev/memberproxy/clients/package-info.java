/**
 * The clients that may call the service, and what each of them may do.
 */
@NullMarked
package dev.memberproxy.clients;

import org.jspecify.annotations.NullMarked;
