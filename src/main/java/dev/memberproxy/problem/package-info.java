/**
 * Every error answer of the service: the catalogue of problems, the pages that explain
 * them, and what takes the place of the answers that Spring MVC and Tomcat would give by
 * themselves.
 */
@NullMarked
package dev.memberproxy.problem;

import org.jspecify.annotations.NullMarked;
