package dev.memberproxy.core;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The organization roles that can be given through SCIM. {@code owner} is not among them:
 * Sentry refuses it there.
 */
public enum Role {

	BILLING, MEMBER, MANAGER, ADMIN;

	private final String id = name().toLowerCase(Locale.ROOT);

	/** The roles as they appear in JSON, for texts to callers. */
	public static final List<String> IDS = Arrays.stream(values()).map(Role::id).toList();

	/**
	 * The role as it appears in JSON.
	 * @return the role in lower case
	 */
	public String id() {
		return this.id;
	}

	/**
	 * Finds a role, ignoring the case of ASCII letters and nothing else.
	 * @param text the role as a caller wrote it
	 * @return the role, or empty if there is no such role
	 */
	public static Optional<Role> find(String text) {
		return Arrays.stream(values()).filter((role) -> isSame(role.id(), text)).findFirst();
	}

	private static boolean isSame(String id, String text) {
		// equalsIgnoreCase alone also folds the Kelvin sign and the long s.
		return id.equalsIgnoreCase(text) && text.chars().allMatch((c) -> c < 0x80);
	}

}
