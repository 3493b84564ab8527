package dev.memberproxy.members;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.Optional;

import dev.memberproxy.core.EmailAddress;
import dev.memberproxy.problem.InputCode;
import jakarta.validation.Constraint;
import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;
import jakarta.validation.Payload;
import org.jspecify.annotations.Nullable;

/** The text is an e-mail address in normal form, or null. */
@Constraint(validatedBy = MemberAddress.Validator.class)
@Target(ElementType.FIELD)
@Retention(RetentionPolicy.RUNTIME)
@interface MemberAddress {

	String message() default "must be an address";

	Class<?>[] groups() default {};

	Class<? extends Payload>[] payload() default {};

	InputCode code() default InputCode.INVALID_ADDRESS;

	/** Whether the address is that of a new member, which may not be as long. */
	boolean ofNewMember() default false;

	class Validator implements ConstraintValidator<MemberAddress, String> {

		private boolean ofNewMember;

		@Override
		public void initialize(MemberAddress constraint) {
			this.ofNewMember = constraint.ofNewMember();
		}

		@Override
		public boolean isValid(@Nullable String value, ConstraintValidatorContext context) {
			Optional<String> fault = Optional.ofNullable(value)
				.flatMap(this.ofNewMember ? EmailAddress::findFaultOfNew : EmailAddress::findFault);
			fault.ifPresent((text) -> {
				context.disableDefaultConstraintViolation();
				context.buildConstraintViolationWithTemplate(text).addConstraintViolation();
			});
			return fault.isEmpty();
		}

	}

}
