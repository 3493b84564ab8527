package dev.memberproxy.core;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * The organization roles that can be assigned through SCIM. Sentry rejects {@code owner}.
 */
public enum Role {

	BILLING, MEMBER, MANAGER, ADMIN;

	private final String id = name().toLowerCase(Locale.ROOT);

	private static final List<Role> ALL = List.of(values());

	/** The ids of all roles. */
	public static final List<String> IDS = ALL.stream().map(Role::id).toList();

	/** The name in JSON, in lower case. */
	public String id() {
		return this.id;
	}

	/** Finds a role by its id, ignoring the case of ASCII letters only. */
	public static Optional<Role> find(String text) {
		for (Role role : ALL) {
			if (isSame(role.id, text)) {
				return Optional.of(role);
			}
		}
		return Optional.empty();
	}

	/** The role with this id, or null if there is none. */
	public static @Nullable Role ofNullable(@Nullable String text) {
		return (text != null) ? find(text).orElse(null) : null;
	}

	private static boolean isSame(String id, String text) {
		// equalsIgnoreCase alone also takes a dotless i for an i.
		return id.equalsIgnoreCase(text) && text.chars().allMatch((c) -> c < 0x80);
	}

}
