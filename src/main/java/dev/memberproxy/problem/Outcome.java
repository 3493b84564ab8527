package dev.memberproxy.problem;

import java.util.Locale;

import com.fasterxml.jackson.annotation.JsonValue;

/** The outcome of the change that a failed request asked for. The list only grows. */
public enum Outcome {

	/** Certainly nothing was changed. */
	NOT_APPLIED("This request changed nothing."),

	/** The change may have been made, or may still be made. */
	UNKNOWN("Unknown. The change may have been made, or may still be made.");

	private final String description;

	Outcome(String description) {
		this.description = description;
	}

	/** The outcome as it appears in a problem: words joined by underscores. */
	@JsonValue
	public String id() {
		return name().toLowerCase(Locale.ROOT);
	}

	/** The outcome in words, for the documentation. */
	public String description() {
		return this.description;
	}

}
