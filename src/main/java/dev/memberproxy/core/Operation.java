package dev.memberproxy.core;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The operations on members. A client needs permission for each of them. */
public enum Operation {

	/** Create or ensure a member. */
	CREATE,

	/** Read or list members. */
	READ,

	/** Change the role of a member. */
	UPDATE_ROLE,

	/** Delete a member. */
	DELETE;

	/** The ids of all operations. */
	public static final List<String> IDS = Arrays.stream(values()).map(Operation::id).toList();

	/** The name in the configuration and in audit records, such as update-role. */
	public String id() {
		return Ids.kebab(this);
	}

	public static Optional<Operation> find(String text) {
		return Arrays.stream(values()).filter((operation) -> operation.id().equals(text)).findFirst();
	}

}
