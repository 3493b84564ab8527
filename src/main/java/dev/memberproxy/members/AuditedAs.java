package dev.memberproxy.members;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import dev.memberproxy.audit.Activity;

/** The activity that the audit record names, even if the body is rejected. */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface AuditedAs {

	/** The activity of the handler method. */
	Activity value();

}
