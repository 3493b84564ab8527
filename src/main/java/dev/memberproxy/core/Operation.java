package dev.memberproxy.core;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What can be done with the members of an organization. The list is closed: each is a
 * right of its own.
 */
public enum Operation {

	/** Give a person a seat. */
	CREATE,

	/** Look at members. */
	READ,

	/** Change the role of a member. */
	UPDATE_ROLE,

	/** Take a person's seat away. */
	DELETE;

	/** The operations as they appear in the configuration, for texts to operators. */
	public static final List<String> IDS = Arrays.stream(values()).map(Operation::id).toList();

	/**
	 * The operation as it appears in the configuration and in audit lines.
	 * @return lower-case words joined by hyphens
	 */
	public String id() {
		return Ids.kebab(this);
	}

	/**
	 * Finds an operation by its id.
	 * @param text any text
	 * @return the operation, or empty if there is no such operation
	 */
	public static Optional<Operation> find(String text) {
		return Arrays.stream(values()).filter((operation) -> operation.id().equals(text)).findFirst();
	}

}
