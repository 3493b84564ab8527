package dev.memberproxy.members;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import dev.memberproxy.problem.InputCode;
import jakarta.validation.Constraint;
import jakarta.validation.Payload;

/** The text is a role that can be given. */
@Constraint(validatedBy = GrantableRoleValidator.class)
@Target({ ElementType.FIELD, ElementType.METHOD, ElementType.PARAMETER })
@Retention(RetentionPolicy.RUNTIME)
@interface GrantableRole {

	String message() default "must be one of billing, member, manager, admin, or be left out";

	Class<?>[] groups() default {};

	Class<? extends Payload>[] payload() default {};

	InputCode code() default InputCode.UNKNOWN_ROLE;

}
