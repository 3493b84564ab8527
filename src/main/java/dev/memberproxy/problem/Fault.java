package dev.memberproxy.problem;

/** Whose turn it is to act on a problem. */
public enum Fault {

	/** The app that called: its request, or its idea of who is a member. */
	CALLER("The calling app"),

	/** Sentry, or the way to it. Usually passes by itself. */
	SENTRY("Sentry, or the network on the way to it"),

	/** Whoever runs this service: its configuration, its credentials, its code. */
	OPERATOR("Whoever runs this service");

	private final String description;

	Fault(String description) {
		this.description = description;
	}

	/**
	 * Who that is in words, for the pages about problems.
	 * @return a noun phrase
	 */
	public String description() {
		return this.description;
	}

}
