package dev.memberproxy.problem;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import org.jspecify.annotations.Nullable;

/**
 * One fault in what a caller sent. Says where and what, never the value itself. At most
 * one of the three places is given.
 *
 * @param pointer where in the body, as a JSON pointer (RFC 6901); empty for the whole
 * body
 * @param parameter which query parameter
 * @param header which header
 * @param code the kind of fault, for programs
 * @param detail the fault in words, for people
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonPropertyOrder({ "pointer", "parameter", "header", "code", "detail" })
public record InputError(@Nullable String pointer, @Nullable String parameter, @Nullable String header, InputCode code,
		String detail) {

	/**
	 * A fault in the body.
	 * @param pointer a JSON pointer
	 * @param code the kind of fault
	 * @param detail the fault in words
	 * @return the fault
	 */
	public static InputError inBody(String pointer, InputCode code, String detail) {
		return new InputError(pointer, null, null, code, detail);
	}

	/**
	 * A fault of one field of the body.
	 * @param name the name of the field
	 * @param code the kind of fault
	 * @param detail the fault in words
	 * @return the fault
	 */
	public static InputError ofField(String name, InputCode code, String detail) {
		return inBody("/" + InputErrors.escape(name), code, detail);
	}

	/**
	 * A fault in the query.
	 * @param parameter the parameter's name
	 * @param code the kind of fault
	 * @param detail the fault in words
	 * @return the fault
	 */
	public static InputError inQuery(String parameter, InputCode code, String detail) {
		return new InputError(null, parameter, null, code, detail);
	}

	/**
	 * A fault in a header.
	 * @param header the header's name
	 * @param code the kind of fault
	 * @param detail the fault in words
	 * @return the fault
	 */
	public static InputError inHeader(String header, InputCode code, String detail) {
		return new InputError(null, null, header, code, detail);
	}

	/**
	 * A fault of the request as a whole.
	 * @param code the kind of fault
	 * @param detail the fault in words
	 * @return the fault
	 */
	public static InputError inRequest(InputCode code, String detail) {
		return new InputError(null, null, null, code, detail);
	}

}
