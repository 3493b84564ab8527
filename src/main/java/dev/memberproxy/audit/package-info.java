/**
 * The audit record of a request: the audit line, and the request id in responses and log
 * lines.
 */
@NullMarked
package dev.memberproxy.audit;

import org.jspecify.annotations.NullMarked;
