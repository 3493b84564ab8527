package dev.memberproxy.members;

import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;

class TextFieldsValidator implements ConstraintValidator<TextFields, TypedFields> {

	@Override
	public boolean isValid(TypedFields request, ConstraintValidatorContext context) {
		context.disableDefaultConstraintViolation();
		request.mistyped()
			.forEach((field) -> context
				.buildConstraintViolationWithTemplate(context.getDefaultConstraintMessageTemplate())
				.addPropertyNode(field)
				.addConstraintViolation());
		return request.mistyped().isEmpty();
	}

}
