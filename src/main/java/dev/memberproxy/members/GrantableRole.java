package dev.memberproxy.members;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import dev.memberproxy.core.Role;
import dev.memberproxy.problem.InputCode;
import jakarta.validation.Constraint;
import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;
import jakarta.validation.Payload;
import org.jspecify.annotations.Nullable;

/** The text is a role that can be assigned, or null. */
@Constraint(validatedBy = GrantableRole.Validator.class)
@Target(ElementType.FIELD)
@Retention(RetentionPolicy.RUNTIME)
@interface GrantableRole {

	String message() default "must be one of billing, member, manager, admin, or be left out";

	Class<?>[] groups() default {};

	Class<? extends Payload>[] payload() default {};

	InputCode code() default InputCode.UNKNOWN_ROLE;

	class Validator implements ConstraintValidator<GrantableRole, String> {

		@Override
		public boolean isValid(@Nullable String value, ConstraintValidatorContext context) {
			return value == null || Role.find(value).isPresent();
		}

	}

}
