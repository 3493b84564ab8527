package dev.memberproxy.members;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import dev.memberproxy.problem.InputCode;
import jakarta.validation.Constraint;
import jakarta.validation.Payload;

/** The body has no further field that would be ignored although it matters. */
@Constraint(validatedBy = SupportedFieldsValidator.class)
@Target({ ElementType.TYPE })
@Retention(RetentionPolicy.RUNTIME)
@interface SupportedFields {

	String message() default "must be left out";

	Class<?>[] groups() default {};

	Class<? extends Payload>[] payload() default {};

	InputCode code() default InputCode.UNSUPPORTED_ATTRIBUTE;

}
