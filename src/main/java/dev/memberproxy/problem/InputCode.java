package dev.memberproxy.problem;

import dev.memberproxy.core.Ids;

import com.fasterxml.jackson.annotation.JsonValue;

/** The kinds of faults that a caller's input can have. The list only grows. */
public enum InputCode {

	/** Not readable as one JSON document. */
	MALFORMED("The body is not one well-formed JSON document in UTF-8."),

	/** Missing, or null. */
	REQUIRED("The field is missing or null."),

	/** Another JSON type than expected. */
	WRONG_TYPE("The value has another JSON type than expected."),

	/** No address that a member could have. */
	INVALID_ADDRESS("The text is not an e-mail address, or not one that Sentry can work with."),

	/** No role that can be given. */
	UNKNOWN_ROLE("The text is not one of the roles that can be given."),

	/** A field that Sentry would misread or ignore. */
	UNSUPPORTED_ATTRIBUTE("The field would be ignored or misread by Sentry, or is a misspelling of one that counts."),

	/** Something that has to have another form, or another value. */
	INVALID_VALUE("The value cannot be used."),

	/** A query parameter that means nothing here. */
	UNKNOWN_PARAMETER("The query parameter means nothing at this path."),

	/** A header that has another form than it should. */
	MALFORMED_HEADER("The header does not have the form that it should."),

	/** Something the client may not do. */
	OPERATION("Your app may not do this."),

	/** A role the client may not give. */
	ROLE("Your app may not give this role, or may not leave it to the organization's default."),

	/** An address the client may not touch. */
	EMAIL_DOMAIN("Your app may not touch addresses of this domain.");

	private final String description;

	InputCode(String description) {
		this.description = description;
	}

	/**
	 * The code as it appears in a problem.
	 * @return lower-case words joined by hyphens
	 */
	@JsonValue
	public String id() {
		return Ids.kebab(this);
	}

	/**
	 * The code in words, for the pages about problems.
	 * @return one sentence
	 */
	public String description() {
		return this.description;
	}

}
