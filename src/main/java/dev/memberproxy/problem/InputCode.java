package dev.memberproxy.problem;

import dev.memberproxy.core.Ids;

import com.fasterxml.jackson.annotation.JsonValue;

/** The kinds of errors in a caller's input. The list only grows. */
public enum InputCode {

	MALFORMED("The body is not one well-formed JSON document in UTF-8."),

	REQUIRED("The field is missing or null."),

	WRONG_TYPE("The value has the wrong JSON type."),

	INVALID_ADDRESS("The text is not an e-mail address, or not one that Sentry accepts."),

	UNKNOWN_ROLE("The text is not a role that can be assigned."),

	UNSUPPORTED_ATTRIBUTE(
			"Sentry would ignore or misread the field, or the field is a misspelling of a supported one."),

	INVALID_VALUE("The value cannot be used."),

	UNKNOWN_PARAMETER("This path has no such query parameter."),

	MALFORMED_HEADER("The header is malformed."),

	OPERATION("Your app's policy does not allow this operation."),

	ROLE("Your app's policy does not allow this role, or requires a role in the request."),

	EMAIL_DOMAIN("Your app's policy does not cover addresses of this domain.");

	private final String description;

	InputCode(String description) {
		this.description = description;
	}

	/** The code as it appears in a problem: lower-case words joined by hyphens. */
	@JsonValue
	public String id() {
		return Ids.kebab(this);
	}

	/** The code in words, for the documentation. */
	public String description() {
		return this.description;
	}

}
