package dev.memberproxy;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * The names in a Prometheus query, in the subset of PromQL that this repository uses. A
 * name that is no known keyword counts as a metric, so that typing errors are found.
 *
 * @param metrics names of metrics
 * @param labels names of labels in groupings and selectors
 * @param matchers matchers of selectors
 */
record Query(List<String> metrics, List<String> labels, List<Matcher> matchers) {

	private static final Set<String> GROUPING = Set.of("by", "on");

	private static final Set<String> WORDS = Set.of("absent", "and", "avg_over_time", "histogram_quantile", "increase",
			"max", "offset", "or", "rate", "sum", "unless");

	private static final Pattern TOKEN = Pattern.compile("\"[^\"]*\"|\\[[^]]*]|[a-zA-Z_]\\w*|\\d[\\w.]*|[=!<>~]+|\\S");

	private static final Pattern NAME = Pattern.compile("[a-zA-Z_]\\w*");

	static Query of(String text) {
		Query query = new Query(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
		Iterator<String> tokens = TOKEN.matcher(text).results().map(MatchResult::group).iterator();
		while (tokens.hasNext()) {
			String token = tokens.next();
			if (GROUPING.contains(token)) {
				query.readGrouping(tokens);
			}
			else if (token.equals("{")) {
				query.readMatchers(tokens);
			}
			else if (NAME.matcher(token).matches() && !WORDS.contains(token)) {
				query.metrics.add(token);
			}
		}
		return query;
	}

	private void readGrouping(Iterator<String> tokens) {
		for (String token = tokens.next(); !token.equals(")"); token = tokens.next()) {
			if (NAME.matcher(token).matches()) {
				this.labels.add(token);
			}
		}
	}

	private void readMatchers(Iterator<String> tokens) {
		for (String token = tokens.next(); !token.equals("}"); token = tokens.next()) {
			if (!token.equals(",")) {
				String operator = tokens.next();
				String quoted = tokens.next();
				this.labels.add(token);
				this.matchers.add(new Matcher(token, operator, quoted.substring(1, quoted.length() - 1)));
			}
		}
	}

	record Matcher(String label, String operator, String value) {

		/** Whether the values match the value, or each alternative of its expression. */
		boolean fits(Set<String> values) {
			if (!this.operator.endsWith("~")) {
				return values.contains(this.value);
			}
			return Pattern.compile("\\|")
				.splitAsStream(this.value)
				.allMatch((part) -> values.stream().anyMatch((value) -> value.matches(part)));
		}

	}

}
