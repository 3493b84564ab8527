package dev.memberproxy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import dev.memberproxy.core.InvalidConfigurationException.Fault;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.BindContext;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.PlaceholdersResolver;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;

/** Collects the values that cannot be converted, and continues without them. */
final class UnreadableValues implements BindHandler {

	private static final Pattern NUMBER = Pattern.compile("[+-]?\\d+");

	private final PlaceholdersResolver placeholders;

	private final List<Fault> faults = new ArrayList<>();

	UnreadableValues(PlaceholdersResolver placeholders) {
		this.placeholders = placeholders;
	}

	List<Fault> faults() {
		return this.faults;
	}

	@Override
	public Object onSuccess(ConfigurationPropertyName name, Bindable<?> target, BindContext context, Object result) {
		ConfigurationProperty property = context.getConfigurationProperty();
		if (result instanceof Duration duration && !duration.isZero() && property != null
				&& hasNoUnit(property.getValue())) {
			this.faults.add(new Fault(PropertyNames.shown(name), "has no unit", remedy(Duration.class)));
		}
		return result;
	}

	@Override
	public @Nullable Object onFailure(ConfigurationPropertyName name, Bindable<?> target, BindContext context,
			Exception error) {
		this.faults
			.add(new Fault(PropertyNames.shown(name), "cannot be understood", remedy(target.getType().toClass())));
		return null;
	}

	private static String remedy(Class<?> type) {
		if (type == Duration.class) {
			return "Set it to a number with a unit, such as 500ms, 8s or 2m.";
		}
		if (type == Boolean.class || type == boolean.class) {
			return "Set it to true or false.";
		}
		if (type.isEnum()) {
			return "Set it to one of " + Arrays.stream(type.getEnumConstants())
				.map((value) -> value.toString().toLowerCase(Locale.ROOT))
				.collect(Collectors.joining(", ")) + ".";
		}
		return "Compare it with the documentation.";
	}

	private boolean hasNoUnit(Object value) {
		return NUMBER.matcher(String.valueOf(this.placeholders.resolvePlaceholders(value)).strip()).matches();
	}

}
