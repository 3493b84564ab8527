package dev.memberproxy.members;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.List;
import java.util.stream.IntStream;

import dev.memberproxy.problem.InputError;
import jakarta.validation.Constraint;
import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;
import jakarta.validation.Payload;
import org.hibernate.validator.constraintvalidation.HibernateConstraintValidatorContext;

/**
 * Reading the body found no faults. Each fault becomes a violation with the fault as its
 * dynamic payload: a JSON field may have any name, a property of a bean may not.
 */
@Constraint(validatedBy = NoFaults.Validator.class)
@Target(ElementType.FIELD)
@Retention(RetentionPolicy.RUNTIME)
@interface NoFaults {

	String message() default "has faults";

	Class<?>[] groups() default {};

	Class<? extends Payload>[] payload() default {};

	class Validator implements ConstraintValidator<NoFaults, List<InputError>> {

		@Override
		public boolean isValid(List<InputError> faults, ConstraintValidatorContext context) {
			HibernateConstraintValidatorContext violations = context.unwrap(HibernateConstraintValidatorContext.class);
			violations.disableDefaultConstraintViolation();
			// Violations with the same message would count as one.
			IntStream.range(0, faults.size())
				.forEach((index) -> violations.withDynamicPayload(faults.get(index))
					.buildConstraintViolationWithTemplate("has fault " + index)
					.addConstraintViolation());
			return faults.isEmpty();
		}

	}

}
