package dev.memberproxy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** The properties in the tables of docs/configuration.md. */
final class ConfigurationDocs {

	private static final Pattern ROW = Pattern
		.compile("(?m)^\\| `([^`]+)` \\| (`[^|]+`) \\| ([^|]+) \\| (?:`([^`]+)` )?\\| [^|]+\\. \\|$");

	private static final Pattern TICKED = Pattern.compile("`([^`]+)`");

	private static final Pattern CHOSEN = Pattern.compile("<\\w+>");

	private ConfigurationDocs() {
	}

	static List<Row> rows() {
		String page = read();
		List<Row> rows = ROW.matcher(page)
			.results()
			.map((row) -> new Row(row.group(1), ticked(row.group(2)), row.group(3),
					(row.group(4) != null) ? row.group(4) : ""))
			.toList();
		long lines = page.lines().filter((line) -> line.startsWith("| `")).count();
		if (rows.size() != lines) {
			throw new AssertionError(lines + " rows, of which " + rows.size() + " can be read");
		}
		return rows;
	}

	static Row row(String property) {
		return rows().stream().filter((row) -> row.property().equals(property)).findFirst().orElseThrow();
	}

	private static List<String> ticked(String cell) {
		return TICKED.matcher(cell).results().map((name) -> name.group(1)).toList();
	}

	private static String read() {
		try {
			return Files.readString(Path.of("docs", "configuration.md"));
		}
		catch (IOException ex) {
			throw new AssertionError(ex);
		}
	}

	/**
	 * One property.
	 *
	 * @param property its name, with angle brackets around names that an operator chooses
	 * @param variables the environment variables that set the property
	 * @param type the type in words, or the allowed values in backticks
	 * @param defaultValue the default, empty if there is none
	 */
	record Row(String property, List<String> variables, String type, String defaultValue) {

		/** The property with the chosen name instead of the angle brackets. */
		String propertyOf(String chosen) {
			return CHOSEN.matcher(this.property).replaceAll(chosen);
		}

		/** The variables with the chosen name instead of the angle brackets. */
		List<String> variablesOf(String chosen) {
			return this.variables.stream().map((variable) -> CHOSEN.matcher(variable).replaceAll(chosen)).toList();
		}

		/** Whether the variable sets this property. */
		boolean isSetBy(String variable) {
			return this.variables.stream()
				.map((name) -> Pattern.compile(CHOSEN.matcher(name).replaceAll("[A-Z0-9]+")))
				.anyMatch((name) -> name.matcher(variable).matches());
		}

		/** A valid value that is not the default. */
		String example() {
			return switch (this.type) {
				case "duration" -> "7s";
				case "number" -> "7";
				case "boolean" -> String.valueOf(!Boolean.parseBoolean(this.defaultValue));
				case "list" -> "one,two";
				case "text" -> "something";
				default -> TICKED.matcher(this.type)
					.results()
					.map((MatchResult value) -> value.group(1))
					.filter((value) -> !value.equals(this.defaultValue))
					.findFirst()
					.orElseThrow();
			};
		}

		@Override
		public String toString() {
			return this.property;
		}

	}

}
