/**
 * The description of the API, and the page in which it can be read and tried out. Knows
 * files, none of the code. Nothing depends on it.
 */
@NullMarked
package dev.memberproxy.apidocs;

import org.jspecify.annotations.NullMarked;
