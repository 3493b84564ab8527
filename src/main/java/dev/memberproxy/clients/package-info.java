/**
 * Who may call the service.
 */
@NullMarked
package dev.memberproxy.clients;

import org.jspecify.annotations.NullMarked;
