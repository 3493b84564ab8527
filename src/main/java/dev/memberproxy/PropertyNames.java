package dev.memberproxy;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import dev.memberproxy.core.EditDistance;
import jakarta.validation.ElementKind;
import jakarta.validation.Path;

import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.core.ResolvableType;

/** The names of the properties of records, derived from their components. */
final class PropertyNames {

	/** A name that the operator chooses: a key of a map. */
	private static final String CHOSEN = "*";

	/** The index of a list. */
	private static final String INDEX = "[]";

	/** Shorter than any key or token, which may be in the wrong place. */
	private static final int LONGEST_SHOWN = 40;

	/** A missing or additional level costs as much as two wrong letters. */
	private static final int COST_OF_LEVEL = 2;

	private final List<List<String>> patterns = new ArrayList<>();

	/** Adds the names of the properties of a record. */
	void add(ConfigurationPropertyName prefix, Class<?> type) {
		add(elements(prefix, Form.DASHED), ResolvableType.forClass(type));
	}

	private void add(List<String> path, ResolvableType type) {
		Class<?> raw = type.toClass();
		if (raw.isRecord()) {
			for (RecordComponent component : raw.getRecordComponents()) {
				add(append(path, DataObjectPropertyName.toDashedForm(component.getName())),
						ResolvableType.forType(component.getGenericType()));
			}
		}
		else if (Map.class.isAssignableFrom(raw)) {
			add(append(path, CHOSEN), type.asMap().getGeneric(1));
		}
		else {
			this.patterns.add(path);
			if (Collection.class.isAssignableFrom(raw)) {
				add(append(path, INDEX), type.asCollection().getGeneric(0));
			}
		}
	}

	/** Whether a property has this name, in any spelling that Spring Boot accepts. */
	boolean contains(ConfigurationPropertyName name) {
		return this.patterns.stream()
			.anyMatch((pattern) -> pattern.size() == name.getNumberOfElements() && begins(pattern, name));
	}

	/** Whether the names of properties start with this one. */
	boolean isGroup(ConfigurationPropertyName name) {
		return this.patterns.stream()
			.anyMatch((pattern) -> pattern.size() > name.getNumberOfElements() && begins(pattern, name));
	}

	/** The name of the known property that is most similar to an unknown one. */
	String findNearest(ConfigurationPropertyName name) {
		List<String> elements = elements(name, Form.DASHED);
		List<String> nearest = this.patterns.stream()
			.filter((pattern) -> !pattern.contains(INDEX) && !pattern.getLast().equals(CHOSEN))
			.min(Comparator
				.comparingInt((List<String> pattern) -> EditDistance.of(pattern, elements, COST_OF_LEVEL,
						PropertyNames::distance))
				.thenComparingInt((pattern) -> distance(pattern.getLast(), elements.getLast())))
			.orElseThrow();
		return IntStream.range(0, nearest.size())
			.mapToObj((i) -> !nearest.get(i).equals(CHOSEN) ? nearest.get(i)
					: (i + 1 < elements.size()) ? shown(elements.get(i)) : "<name>")
			.collect(Collectors.joining("."));
	}

	/**
	 * A name that can be printed: each long part, which may be a secret in the wrong
	 * place, is replaced by an ellipsis.
	 */
	static String shown(ConfigurationPropertyName name) {
		return elements(name, Form.DASHED).stream()
			.map(PropertyNames::shown)
			.collect(Collectors.joining("."))
			.replace(".[", "[");
	}

	/** The name of the property at a path within the record of a prefix. */
	static String shown(ConfigurationPropertyName prefix, Path path) {
		StringBuilder name = new StringBuilder(shown(prefix));
		for (Path.Node node : path) {
			if (node.getKey() != null) {
				name.append('.').append(shown(node.getKey().toString()));
			}
			if (node.getIndex() != null) {
				name.append('[').append(node.getIndex()).append(']');
			}
			if (node.getKind() == ElementKind.PROPERTY) {
				name.append('.').append(DataObjectPropertyName.toDashedForm(node.getName()));
			}
		}
		return name.toString();
	}

	private static String shown(String element) {
		return (element.length() <= LONGEST_SHOWN) ? element : "…";
	}

	private static boolean begins(List<String> pattern, ConfigurationPropertyName name) {
		return IntStream.range(0, name.getNumberOfElements()).allMatch((i) -> switch (pattern.get(i)) {
			case CHOSEN -> true;
			case INDEX -> name.isNumericIndex(i);
			default -> pattern.get(i).replace("-", "").equals(name.getElement(i, Form.UNIFORM));
		});
	}

	private static List<String> elements(ConfigurationPropertyName name, Form form) {
		return IntStream.range(0, name.getNumberOfElements())
			.mapToObj((i) -> name.isNumericIndex(i) ? "[" + name.getElement(i, form) + "]" : name.getElement(i, form))
			.toList();
	}

	private static List<String> append(List<String> path, String element) {
		return Stream.concat(path.stream(), Stream.of(element)).toList();
	}

	private static int distance(String known, String given) {
		return known.equals(CHOSEN) ? 0 : EditDistance.of(known, given);
	}

}
