package dev.memberproxy.audit;

import dev.memberproxy.core.Ids;

/** What a request asks for, as audit lines and metrics name it. The list only grows. */
public enum Activity {

	/** Give a person a seat. */
	CREATE,

	/** See to it that a person has a seat, and a role. */
	ENSURE,

	/** Change the role of a member. */
	UPDATE_ROLE,

	/** Take a person's seat away. */
	DELETE,

	/** Look at one member. */
	READ,

	/** Search for a member, or list all. */
	LIST,

	/** Many of the above at once. */
	BATCH;

	private final String id = Ids.kebab(this);

	/**
	 * The activity as it appears in audit lines.
	 * @return lower-case words joined by hyphens
	 */
	public String id() {
		return this.id;
	}

}
