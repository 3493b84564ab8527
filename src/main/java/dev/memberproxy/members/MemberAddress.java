package dev.memberproxy.members;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import dev.memberproxy.problem.InputCode;
import jakarta.validation.Constraint;
import jakarta.validation.Payload;

/** The text is the address of a person in normal form. */
@Constraint(validatedBy = MemberAddressValidator.class)
@Target({ ElementType.FIELD, ElementType.METHOD, ElementType.PARAMETER })
@Retention(RetentionPolicy.RUNTIME)
@interface MemberAddress {

	String message() default "must be an address";

	Class<?>[] groups() default {};

	Class<? extends Payload>[] payload() default {};

	InputCode code() default InputCode.INVALID_ADDRESS;

}
