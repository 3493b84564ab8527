package dev.memberproxy.problem;

import java.util.Locale;

import com.fasterxml.jackson.annotation.JsonValue;

/** What became of the change that a failed request asked for. */
public enum Outcome {

	/** Certainly nothing was changed by this request. */
	NOT_APPLIED("Nothing was changed by this request."),

	/** The change was made, although the request ended with a problem. */
	APPLIED("The change was made."),

	/** Nobody can say: the change may have been made, or may still be. */
	UNKNOWN("Not known: the change may have been made, or may still be.");

	private final String description;

	Outcome(String description) {
		this.description = description;
	}

	/**
	 * The outcome as it appears in a problem.
	 * @return the name in lower case
	 */
	@JsonValue
	public String id() {
		return name().toLowerCase(Locale.ROOT);
	}

	/**
	 * The outcome in words, for the pages about problems.
	 * @return one sentence
	 */
	public String description() {
		return this.description;
	}

}
