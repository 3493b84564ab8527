package dev.memberproxy.organizations;

import dev.memberproxy.core.CheckedProperties;

import dev.memberproxy.core.InvalidConfigurationException;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import dev.memberproxy.core.InvalidConfigurationException.Fault;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.BindContext;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.PlaceholdersResolver;
import org.springframework.boot.context.properties.bind.PropertySourcesPlaceholdersResolver;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.util.StringUtils;

/**
 * Checks the properties below {@code members} and {@code sentry} before the first bean is
 * made, and reports everything it finds in one failure: names that no property has,
 * values that cannot be read, durations without a unit, and required properties that are
 * missing.
 */
final class ConfigurationCheck implements BeanFactoryPostProcessor {

	private static final List<ConfigurationPropertyName> OWN = Stream.of("members", "sentry")
		.map(ConfigurationPropertyName::of)
		.toList();

	private final ConfigurableEnvironment environment;

	ConfigurationCheck(ConfigurableEnvironment environment) {
		this.environment = environment;
	}

	@Override
	public void postProcessBeanFactory(ConfigurableListableBeanFactory beanFactory) {
		List<ConfigurationPropertySource> sources = StreamSupport
			.stream(ConfigurationPropertySources.get(this.environment).spliterator(), false)
			.toList();
		List<Group> groups = findGroups(beanFactory);
		List<Fault> faults = new ArrayList<>(findUnknown(sources, groups));
		PlaceholdersResolver placeholders = new PropertySourcesPlaceholdersResolver(this.environment);
		Binder binder = new Binder(sources, placeholders);
		for (Group group : groups) {
			ValueCheck values = new ValueCheck(placeholders);
			Object bound = binder.bindOrCreate(group.prefix(), Bindable.of(group.type()), values);
			faults.addAll(values.faults);
			// What could not be read is not missing as well.
			if (values.faults.isEmpty() && bound instanceof CheckedProperties checked) {
				faults.addAll(checked.findMissing());
			}
		}
		InvalidConfigurationException.throwIfAny(firstOfEachProperty(faults));
	}

	/** Most beans are no records, and annotations are costly to look for. */
	private static List<Group> findGroups(ConfigurableListableBeanFactory beanFactory) {
		List<Group> groups = new ArrayList<>();
		for (String bean : beanFactory.getBeanDefinitionNames()) {
			if (beanFactory.getBeanDefinition(bean) instanceof AbstractBeanDefinition definition
					&& definition.hasBeanClass() && definition.getBeanClass().isRecord()) {
				MergedAnnotation<ConfigurationProperties> annotation = MergedAnnotations.from(definition.getBeanClass())
					.get(ConfigurationProperties.class);
				if (annotation.isPresent()) {
					Group group = new Group(ConfigurationPropertyName.of(annotation.getString("prefix")),
							definition.getBeanClass());
					if (isOwn(group.prefix())) {
						groups.add(group);
					}
				}
			}
		}
		return groups;
	}

	/**
	 * Environment variables are left out: their names do not tell where one part of a
	 * property's name ends, and variables such as {@code SENTRY_DSN} belong to others.
	 */
	private static List<Fault> findUnknown(List<ConfigurationPropertySource> sources, List<Group> groups) {
		PropertyNames known = new PropertyNames();
		groups.forEach((group) -> known.add(group.prefix(), group.type()));
		List<Fault> faults = new ArrayList<>();
		for (ConfigurationPropertySource source : sources) {
			if (source instanceof IterableConfigurationPropertySource iterable
					&& !(source.getUnderlyingSource() instanceof SystemEnvironmentPropertySource)) {
				iterable.stream()
					.filter((name) -> isOwn(name) && !known.contains(name) && !isEmptyGroup(known, name, source))
					.map((name) -> new Fault(PropertyNames.shown(name), "is not a property of this service",
							"Did you mean " + known.findNearest(name) + "?"))
					.forEach(faults::add);
			}
		}
		return faults;
	}

	/** So YAML gives a key with nothing below it. */
	private static boolean isEmptyGroup(PropertyNames known, ConfigurationPropertyName name,
			ConfigurationPropertySource source) {
		ConfigurationProperty property = source.getConfigurationProperty(name);
		return known.isGroup(name) && (property == null || !StringUtils.hasText(property.getValue().toString()));
	}

	private static boolean isOwn(ConfigurationPropertyName name) {
		return OWN.stream().anyMatch((own) -> own.equals(name) || own.isAncestorOf(name));
	}

	private static List<Fault> firstOfEachProperty(List<Fault> faults) {
		Map<String, Fault> first = new LinkedHashMap<>();
		faults.forEach((fault) -> first.putIfAbsent(fault.property(), fault));
		return List.copyOf(first.values());
	}

	/** Properties that are bound together. */
	private record Group(ConfigurationPropertyName prefix, Class<?> type) {

	}

	/** Notes each value that cannot be read, and goes on without it. */
	private static final class ValueCheck implements BindHandler {

		private static final Pattern NUMBER = Pattern.compile("[+-]?\\d+");

		private final PlaceholdersResolver placeholders;

		private final List<Fault> faults = new ArrayList<>();

		ValueCheck(PlaceholdersResolver placeholders) {
			this.placeholders = placeholders;
		}

		@Override
		public Object onSuccess(ConfigurationPropertyName name, Bindable<?> target, BindContext context,
				Object result) {
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

}
