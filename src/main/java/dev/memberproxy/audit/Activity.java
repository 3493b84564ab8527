package dev.memberproxy.audit;

import dev.memberproxy.core.Ids;

/** What a request asks for, as audit log and metrics name it. The list only grows. */
public enum Activity {

	/** Add a person who is not a member. */
	CREATE,

	/** Make sure that a person is a member and has a role. */
	ENSURE,

	/** Change the role of a member. */
	UPDATE_ROLE,

	/** Remove a member. */
	DELETE,

	/** Read one member. */
	READ,

	/** Search for a member, or list all members. */
	LIST,

	/** A batch of the above. */
	BATCH;

	private final String id = Ids.kebab(this);

	/** The activity as it appears in audit lines and metrics. */
	public String id() {
		return this.id;
	}

}
