package dev.memberproxy.members;

import java.util.Optional;

import dev.memberproxy.core.EmailAddress;
import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;
import org.jspecify.annotations.Nullable;

class MemberAddressValidator implements ConstraintValidator<MemberAddress, String> {

	@Override
	public boolean isValid(@Nullable String value, ConstraintValidatorContext context) {
		Optional<String> fault = (value != null) ? EmailAddress.findFault(value) : Optional.empty();
		fault.ifPresent((text) -> {
			context.disableDefaultConstraintViolation();
			context.buildConstraintViolationWithTemplate(text).addConstraintViolation();
		});
		return fault.isEmpty();
	}

}
