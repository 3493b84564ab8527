package dev.memberproxy.members;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import dev.memberproxy.problem.InputCode;
import jakarta.validation.Constraint;
import jakarta.validation.Payload;

/** The name is that of a SCIM attribute that may be passed on to Sentry. */
@Constraint(validatedBy = SupportedAttributeValidator.class)
@Target({ ElementType.TYPE_USE })
@Retention(RetentionPolicy.RUNTIME)
@interface SupportedAttribute {

	String message() default "must be left out: Sentry would ignore or misread it";

	Class<?>[] groups() default {};

	Class<? extends Payload>[] payload() default {};

	InputCode code() default InputCode.UNSUPPORTED_ATTRIBUTE;

}
