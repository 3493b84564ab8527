package dev.memberproxy.core;

import java.util.Locale;

/** Names of constants as they appear in JSON, metrics, logs and the configuration. */
public final class Ids {

	private Ids() {
	}

	/** The name of a constant in kebab case: lower-case words joined by hyphens. */
	public static String kebab(Enum<?> constant) {
		return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

}
