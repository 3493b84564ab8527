package dev.memberproxy.problem;

import java.util.Collection;
import java.util.List;
import java.util.SequencedMap;
import java.util.TreeMap;

import jakarta.validation.ConstraintViolation;
import jakarta.validation.Path;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import org.hibernate.validator.engine.HibernateConstraintViolation;

/**
 * Translates what Bean Validation found in a body into faults at JSON pointers (RFC
 * 6901), one for each pointer.
 */
public final class InputErrors {

	private InputErrors() {
	}

	/**
	 * Translates violations of a body's constraints.
	 * @param violations the violations
	 * @return the faults, in the order of their pointers
	 */
	public static List<InputError> of(Collection<? extends ConstraintViolation<?>> violations) {
		SequencedMap<String, InputError> byPointer = new TreeMap<>();
		violations.forEach((violation) -> {
			InputError inputError = error(violation);
			// A field of the wrong type has no usable value, but it is not missing.
			byPointer.merge(String.valueOf(inputError.pointer()), inputError,
					(one, other) -> (one.code() == InputCode.REQUIRED) ? other : one);
		});
		return List.copyOf(byPointer.values());
	}

	private static InputError error(ConstraintViolation<?> violation) {
		InputError known = ((HibernateConstraintViolation<?>) violation.unwrap(HibernateConstraintViolation.class))
			.getDynamicPayload(InputError.class);
		return (known != null) ? known
				: InputError.inBody(pointer(violation.getPropertyPath()), code(violation), violation.getMessage());
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

	/**
	 * A field's name as a part of a JSON pointer (RFC 6901 section 3).
	 * @param name the name
	 * @return the name, with what means something in a pointer escaped
	 */
	public static String escape(String name) {
		return name.replace("~", "~0").replace("/", "~1");
	}

	private static InputCode code(ConstraintViolation<?> violation) {
		if (violation.getConstraintDescriptor().getAnnotation() instanceof NotNull) {
			return InputCode.REQUIRED;
		}
		// Only the length of addresses is limited.
		if (violation.getConstraintDescriptor().getAnnotation() instanceof Size) {
			return InputCode.INVALID_ADDRESS;
		}
		if (violation.getConstraintDescriptor().getAttributes().get("code") instanceof InputCode code) {
			return code;
		}
		throw new IllegalStateException("A constraint without a code: " + violation.getConstraintDescriptor());
	}

}
