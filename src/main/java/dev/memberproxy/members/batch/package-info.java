/** The batch resource: many changes in one request. */
@NullMarked
package dev.memberproxy.members.batch;

import org.jspecify.annotations.NullMarked;
