package dev.memberproxy.fakesentry;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/** The query of a list of members. Of Sentry's filters only the one by address. */
final class ListQuery {

	/**
	 * Sentry takes any first and last character for quotes and refuses commas, which it
	 * splits by.
	 */
	private static final Pattern FILTER = Pattern.compile("userName eq .([^,]*).");

	private static final int DEFAULT_COUNT = 100;

	private final Map<String, String> parameters;

	private ListQuery(Map<String, String> parameters) {
		this.parameters = parameters;
	}

	static ListQuery parse(@Nullable String rawQuery) {
		Map<String, String> parameters = new HashMap<>();
		for (String parameter : ((rawQuery != null) ? rawQuery : "").split("&", -1)) {
			int equals = parameter.indexOf('=');
			if (equals > 0) {
				parameters.put(decode(parameter.substring(0, equals)), decode(parameter.substring(equals + 1)));
			}
		}
		return new ListQuery(parameters);
	}

	Map<String, List<String>> findNumberFaults() {
		Map<String, List<String>> faults = new TreeMap<>();
		checkNumber("startIndex", 1, faults);
		checkNumber("count", 0, faults);
		return faults;
	}

	boolean hasBadFilter() {
		return hasFilter() && !filter().matches();
	}

	/**
	 * The address to look for.
	 * @return the address, or null if there is no filter
	 */
	@Nullable String userName() {
		if (!hasFilter()) {
			return null;
		}
		Matcher filter = filter();
		return filter.matches() ? filter.group(1) : null;
	}

	int startIndex() {
		return Integer.parseInt(this.parameters.getOrDefault("startIndex", "1"));
	}

	int count() {
		int count = Integer.parseInt(this.parameters.getOrDefault("count", "0"));
		return (count != 0) ? count : DEFAULT_COUNT;
	}

	private boolean hasFilter() {
		return !this.parameters.getOrDefault("filter", "").isEmpty();
	}

	private Matcher filter() {
		return FILTER.matcher(this.parameters.getOrDefault("filter", ""));
	}

	private void checkNumber(String name, int minimum, Map<String, List<String>> faults) {
		String value = this.parameters.get(name);
		if (value == null) {
			return;
		}
		try {
			if (Integer.parseInt(value) < minimum) {
				faults.put(name, List.of("Ensure this value is greater than or equal to " + minimum + "."));
			}
		}
		catch (NumberFormatException ex) {
			faults.put(name, List.of("A valid integer is required."));
		}
	}

	private static String decode(String text) {
		return URLDecoder.decode(text, StandardCharsets.UTF_8);
	}

}
