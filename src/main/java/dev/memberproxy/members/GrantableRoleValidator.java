package dev.memberproxy.members;

import dev.memberproxy.core.Role;
import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;
import org.jspecify.annotations.Nullable;

class GrantableRoleValidator implements ConstraintValidator<GrantableRole, String> {

	@Override
	public boolean isValid(@Nullable String value, ConstraintValidatorContext context) {
		return value == null || Role.find(value).isPresent();
	}

}
