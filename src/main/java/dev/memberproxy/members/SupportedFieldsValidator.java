package dev.memberproxy.members;

import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;

class SupportedFieldsValidator implements ConstraintValidator<SupportedFields, TypedFields> {

	@Override
	public boolean isValid(TypedFields request, ConstraintValidatorContext context) {
		context.disableDefaultConstraintViolation();
		request.unsupported()
			.forEach((field, detail) -> context.buildConstraintViolationWithTemplate(detail)
				.addPropertyNode(field)
				.addConstraintViolation());
		return request.unsupported().isEmpty();
	}

}
