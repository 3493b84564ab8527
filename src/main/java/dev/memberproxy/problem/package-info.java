/**
 * Every error response of the service: the catalog of problems, the pages that explain
 * them, and their rendering in place of the responses of Spring MVC and Tomcat.
 */
@NullMarked
package dev.memberproxy.problem;

import org.jspecify.annotations.NullMarked;
