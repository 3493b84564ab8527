package dev.memberproxy.members;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import dev.memberproxy.problem.InputCode;
import jakarta.validation.Constraint;
import jakarta.validation.Payload;

/** The fields that hold text were given as JSON strings. */
@Constraint(validatedBy = TextFieldsValidator.class)
@Target({ ElementType.TYPE })
@Retention(RetentionPolicy.RUNTIME)
@interface TextFields {

	String message() default "must be a string";

	Class<?>[] groups() default {};

	Class<? extends Payload>[] payload() default {};

	InputCode code() default InputCode.WRONG_TYPE;

}
