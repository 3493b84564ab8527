package dev.memberproxy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

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
			this.faults.add(new Fault(PropertyNames.shown(name), "has no unit",
					UnreadablePropertyFailureAnalyzer.remedy(Duration.class)));
		}
		return result;
	}

	@Override
	public @Nullable Object onFailure(ConfigurationPropertyName name, Bindable<?> target, BindContext context,
			Exception error) {
		this.faults.add(new Fault(PropertyNames.shown(name), "cannot be understood",
				UnreadablePropertyFailureAnalyzer.remedy(target.getType().toClass())));
		return null;
	}

	private boolean hasNoUnit(Object value) {
		return NUMBER.matcher(String.valueOf(this.placeholders.resolvePlaceholders(value)).strip()).matches();
	}

}
