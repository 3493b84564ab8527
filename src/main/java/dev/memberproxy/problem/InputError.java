package dev.memberproxy.problem;

import java.util.Collection;
import java.util.List;
import java.util.SequencedMap;
import java.util.TreeMap;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.constraints.NotNull;
import org.hibernate.validator.engine.HibernateConstraintViolation;
import org.jspecify.annotations.Nullable;

/**
 * One error in a caller's input: where and what, never the value itself. At most one of
 * pointer, parameter and header is set.
 *
 * @param pointer a JSON pointer into the body (RFC 6901); empty for the whole body
 * @param parameter the name of a query parameter
 * @param header the name of a header
 * @param code the kind of error, for programs
 * @param detail the error in words, for people
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonPropertyOrder({ "pointer", "parameter", "header", "code", "detail" })
public record InputError(@Nullable String pointer, @Nullable String parameter, @Nullable String header, InputCode code,
		String detail) {

	public static InputError inBody(String pointer, InputCode code, String detail) {
		return new InputError(pointer, null, null, code, detail);
	}

	/** An error of one field of the body, which may have any name. */
	public static InputError ofField(String name, InputCode code, String detail) {
		return inBody("/" + escape(name), code, detail);
	}

	public static InputError inQuery(String parameter, InputCode code, String detail) {
		return new InputError(null, parameter, null, code, detail);
	}

	public static InputError inHeader(String header, InputCode code, String detail) {
		return new InputError(null, null, header, code, detail);
	}

	/** An error of the request as a whole. */
	public static InputError inRequest(InputCode code, String detail) {
		return new InputError(null, null, null, code, detail);
	}

	/**
	 * The errors that Bean Validation found in a body, one for each JSON pointer.
	 * @param violations the violated constraints
	 * @return the errors, in the order of their pointers
	 */
	public static List<InputError> of(Collection<? extends ConstraintViolation<?>> violations) {
		SequencedMap<String, InputError> byPointer = new TreeMap<>();
		violations.forEach((violation) -> {
			InputError inputError = of(violation);
			// A field of the wrong type has no usable value, but it is not missing.
			byPointer.merge(String.valueOf(inputError.pointer()), inputError,
					(one, other) -> (one.code() == InputCode.REQUIRED) ? other : one);
		});
		return List.copyOf(byPointer.values());
	}

	/** A constraint may provide the error as its dynamic payload. */
	private static InputError of(ConstraintViolation<?> violation) {
		InputError provided = ((HibernateConstraintViolation<?>) violation.unwrap(HibernateConstraintViolation.class))
			.getDynamicPayload(InputError.class);
		return (provided != null) ? provided
				: ofField(violation.getPropertyPath().toString(), code(violation), violation.getMessage());
	}

	/** A field name in a JSON pointer (RFC 6901 section 3). */
	public static String escape(String name) {
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
