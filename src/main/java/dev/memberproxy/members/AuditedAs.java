package dev.memberproxy.members;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import dev.memberproxy.audit.Activity;

/** What a call is, so that the audit line knows it even if the body is refused. */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@interface AuditedAs {

	Activity value();

}
