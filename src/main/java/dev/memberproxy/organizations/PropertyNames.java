package dev.memberproxy.organizations;

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

import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.core.ResolvableType;

/** The names of properties that records take, derived from their components. */
final class PropertyNames {

	/** Stands for a name that the operator chooses: a key of a map. */
	private static final String CHOSEN = "*";

	/** Stands for the index of a list. */
	private static final String INDEX = "[]";

	/** Shorter than any key or token, which may stand where a name belongs. */
	private static final int LONGEST_SHOWN = 40;

	/** A level too many or too few is a smaller mistake than two other letters. */
	private static final int COST_OF_LEVEL = 2;

	private final List<List<String>> patterns = new ArrayList<>();

	/**
	 * Adds the names that a record takes.
	 * @param prefix what they all begin with
	 * @param type the record
	 */
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

	/** Whether a property has this name, in any of the spellings that Boot accepts. */
	boolean contains(ConfigurationPropertyName name) {
		return this.patterns.stream()
			.anyMatch((pattern) -> pattern.size() == name.getNumberOfElements() && begins(pattern, name));
	}

	/** Whether the names of properties begin with this one. */
	boolean isGroup(ConfigurationPropertyName name) {
		return this.patterns.stream()
			.anyMatch((pattern) -> pattern.size() > name.getNumberOfElements() && begins(pattern, name));
	}

	/**
	 * Finds the property that was probably meant.
	 * @param name a name that no property has
	 * @return the name of a property
	 */
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
	 * A name as it can be printed: without what may be a key or a token that stands where
	 * a name belongs.
	 * @param name the name of a property
	 * @return the name, with an ellipsis for each long part
	 */
	static String shown(ConfigurationPropertyName name) {
		return elements(name, Form.DASHED).stream()
			.map(PropertyNames::shown)
			.collect(Collectors.joining("."))
			.replace(".[", "[");
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
