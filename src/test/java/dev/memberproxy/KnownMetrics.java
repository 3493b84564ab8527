package dev.memberproxy;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The metrics of the service, to check queries. */
final class KnownMetrics {

	/** Labels that Prometheus adds. */
	private static final Set<String> ADDED = Set.of("job", "instance");

	private static final Pattern SAMPLE = Pattern.compile("(?m)^(\\w+)(?:\\{(.*)\\})? ");

	private static final Pattern LABEL = Pattern.compile("(\\w+)=\"((?:[^\"\\\\]|\\\\.)*)\"");

	/** The labels of each metric. */
	private final Map<String, Set<String>> labels = new TreeMap<>(Map.of("up", Set.of()));

	/** The values of labels with few values. */
	private final Map<String, Set<String>> values;

	/** Takes the metrics in Prometheus's text format, and the values of labels. */
	KnownMetrics(String exposed, Map<String, Set<String>> values) {
		SAMPLE.matcher(exposed).results().forEach(this::add);
		this.values = values;
	}

	private void add(MatchResult sample) {
		Set<String> ofMetric = this.labels.computeIfAbsent(sample.group(1), (_) -> new TreeSet<>());
		if (sample.group(2) != null) {
			LABEL.matcher(sample.group(2)).results().forEach((label) -> ofMetric.add(label.group(1)));
		}
	}

	/** Finds names of a query, and values of labels, that the service does not have. */
	List<String> findUnknown(String text) {
		Query query = Query.of(text);
		List<String> metrics = query.metrics().stream().filter((name) -> !this.labels.containsKey(name)).toList();
		Set<String> ofMetrics = new TreeSet<>(ADDED);
		query.metrics().stream().map(this.labels::get).flatMap(Stream::ofNullable).forEach(ofMetrics::addAll);
		List<String> names = query.labels().stream().filter((label) -> !ofMetrics.contains(label)).toList();
		List<String> matched = query.matchers()
			.stream()
			.filter((matcher) -> this.values.containsKey(matcher.label()))
			.filter((matcher) -> !matcher.fits(this.values.get(matcher.label())))
			.map((matcher) -> matcher.label() + "=" + matcher.value())
			.toList();
		return Stream.of(metrics, names, matched).flatMap(Collection::stream).toList();
	}

}
