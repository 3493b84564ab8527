package dev.memberproxy.problem;

/** Whether the same request may be sent again. */
public enum Retry {

	/** Sending the same request again is harmless and may succeed. */
	SAFE("Yes. Sending the same request again is harmless and may succeed."),

	/** The same request would end the same way. */
	POINTLESS("No. The same request would end the same way.");

	private final String description;

	Retry(String description) {
		this.description = description;
	}

	/**
	 * The answer to "may I send it again?", for the pages about problems.
	 * @return one or two sentences
	 */
	public String description() {
		return this.description;
	}

}
