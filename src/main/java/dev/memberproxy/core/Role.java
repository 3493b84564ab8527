package dev.memberproxy.core;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * The organization roles that can be given through SCIM. {@code owner} is not among them:
 * Sentry refuses it there.
 */
public enum Role {

	BILLING, MEMBER, MANAGER, ADMIN;

	private final String id = name().toLowerCase(Locale.ROOT);

	private static final List<Role> ALL = List.of(values());

	/** The roles as they appear in JSON, for texts to callers. */
	public static final List<String> IDS = ALL.stream().map(Role::id).toList();

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
		for (Role role : ALL) {
			if (isSame(role.id, text)) {
				return Optional.of(role);
			}
		}
		return Optional.empty();
	}

	/**
	 * Finds a role that may be absent.
	 * @param text the role as a caller wrote it, or null
	 * @return the role, or null if there is no such role
	 */
	public static @Nullable Role ofNullable(@Nullable String text) {
		return (text != null) ? find(text).orElse(null) : null;
	}

	private static boolean isSame(String id, String text) {
		// equalsIgnoreCase alone also folds the Kelvin sign and the long s.
		return id.equalsIgnoreCase(text) && text.chars().allMatch((c) -> c < 0x80);
	}

}
