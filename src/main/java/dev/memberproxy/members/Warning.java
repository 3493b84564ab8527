package dev.memberproxy.members;

import java.util.Locale;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;

/** What a caller should know about an answer that is a success all the same. */
@JsonFormat(shape = JsonFormat.Shape.OBJECT)
@JsonPropertyOrder({ "code", "detail" })
enum Warning {

	/** Sentry gave another role, or did not tell which. */
	ROLE_DIFFERS("Sentry has not confirmed the role that was asked for: look at sentryOrgRole."),

	/** The member is there, but Sentry does not list it. */
	NOT_LISTED("Sentry took over an open request to join, and does not list the member until somebody approves it"
			+ " there. It is found by its id.");

	private final String detail;

	Warning(String detail) {
		this.detail = detail;
	}

	/**
	 * The kind of warning, for programs.
	 * @return lower-case words joined by hyphens
	 */
	@JsonProperty
	String code() {
		return name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

	/**
	 * The warning in words, for people.
	 * @return one sentence or more
	 */
	@JsonProperty
	String detail() {
		return this.detail;
	}

}
