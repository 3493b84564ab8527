/**
 * The trail of a request through the service: its id, in the answer and in every log
 * line, and the audit line about it.
 */
@NullMarked
package dev.memberproxy.audit;

import org.jspecify.annotations.NullMarked;
