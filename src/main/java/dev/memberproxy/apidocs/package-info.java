/**
 * The API description, and the page that shows it. Consists of files and depends on no
 * code of the service.
 */
@NullMarked
package dev.memberproxy.apidocs;

import org.jspecify.annotations.NullMarked;
