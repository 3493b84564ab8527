package dev.memberproxy.problem;

import java.util.List;
import java.util.SequencedMap;
import java.util.TreeMap;

import jakarta.validation.ConstraintViolation;
import jakarta.validation.Path;
import jakarta.validation.constraints.NotNull;

import org.springframework.validation.BindingResult;

/**
 * Translates what Bean Validation found in a body into faults at JSON pointers (RFC
 * 6901), one for each pointer.
 */
final class InputErrors {

	private InputErrors() {
	}

	static List<InputError> of(BindingResult result) {
		SequencedMap<String, InputError> byPointer = new TreeMap<>();
		result.getAllErrors().forEach((error) -> {
			ConstraintViolation<?> violation = error.unwrap(ConstraintViolation.class);
			String pointer = pointer(violation.getPropertyPath());
			InputError inputError = InputError.inBody(pointer, code(violation), violation.getMessage());
			// A field of the wrong type has no usable value, but it is not missing.
			byPointer.merge(pointer, inputError, (one, other) -> (one.code() == InputCode.REQUIRED) ? other : one);
		});
		return List.copyOf(byPointer.values());
	}

	/** The entries of a map stand beside the other fields in the body. */
	private static String pointer(Path path) {
		StringBuilder pointer = new StringBuilder();
		for (Path.Node node : path) {
			if (node.getKey() != null) {
				pointer.setLength(pointer.lastIndexOf("/"));
				pointer.append('/').append(escape(node.getKey().toString()));
			}
			else {
				pointer.append('/').append(escape(node.getName()));
			}
		}
		return pointer.toString();
	}

	private static String escape(String name) {
		return name.replace("~", "~0").replace("/", "~1");
	}

	private static InputCode code(ConstraintViolation<?> violation) {
		if (violation.getConstraintDescriptor().getAnnotation() instanceof NotNull) {
			return InputCode.REQUIRED;
		}
		if (violation.getConstraintDescriptor().getAttributes().get("code") instanceof InputCode code) {
			return code;
		}
		throw new IllegalStateException("A constraint without a code: " + violation.getConstraintDescriptor());
	}

}
