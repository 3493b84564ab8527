/**
 * The trail of a request through the service: its id, in the answer and in every log
 * line.
 */
@NullMarked
package dev.memberproxy.audit;

import org.jspecify.annotations.NullMarked;
