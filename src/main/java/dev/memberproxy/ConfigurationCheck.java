package dev.memberproxy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import dev.memberproxy.core.CheckedProperties;
import dev.memberproxy.core.InvalidConfigurationException;
import dev.memberproxy.core.InvalidConfigurationException.Fault;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.Validator;

import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.boot.context.properties.ConfigurationProperties;
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
 * Checks the properties below {@code members} and {@code sentry} before any bean is
 * created, and reports all faults in one failure: unknown names, values that cannot be
 * converted, durations without a unit, missing properties and violated constraints.
 * <p>
 * The message of a constraint has the form {@code fault|remedy}, see {@link Fault}.
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
		Map<Class<?>, ConfigurationPropertyName> records = findRecords(beanFactory);
		List<Fault> faults = new ArrayList<>(findUnknown(sources, records));
		PlaceholdersResolver placeholders = new PropertySourcesPlaceholdersResolver(this.environment);
		Binder binder = new Binder(sources, placeholders);
		Validator validator = beanFactory.getBean(Validator.class);
		records.forEach((type, prefix) -> {
			UnreadableValues unreadable = new UnreadableValues(placeholders);
			Object bound = binder.bindOrCreate(prefix, Bindable.of(type), unreadable);
			faults.addAll(unreadable.faults());
			// A value that cannot be converted is not missing as well.
			if (unreadable.faults().isEmpty() && bound instanceof CheckedProperties checked) {
				faults.addAll(checked.findMissing());
			}
			if (bound != null) {
				faults.addAll(findViolations(prefix, validator.validate(bound)));
			}
		});
		InvalidConfigurationException.throwIfAny(firstOfEachProperty(faults));
	}

	/**
	 * The records of properties with their prefixes. Only records are searched for the
	 * annotation, because the search is slow.
	 */
	private static Map<Class<?>, ConfigurationPropertyName> findRecords(ConfigurableListableBeanFactory beanFactory) {
		Map<Class<?>, ConfigurationPropertyName> records = new LinkedHashMap<>();
		for (String bean : beanFactory.getBeanDefinitionNames()) {
			if (beanFactory.getBeanDefinition(bean) instanceof AbstractBeanDefinition definition
					&& definition.hasBeanClass() && definition.getBeanClass().isRecord()) {
				MergedAnnotation<ConfigurationProperties> annotation = MergedAnnotations.from(definition.getBeanClass())
					.get(ConfigurationProperties.class);
				if (annotation.isPresent()) {
					ConfigurationPropertyName prefix = ConfigurationPropertyName.of(annotation.getString("prefix"));
					if (isOwn(prefix)) {
						records.put(definition.getBeanClass(), prefix);
					}
				}
			}
		}
		return records;
	}

	/**
	 * Skips environment variables: an underscore does not tell where a part of the name
	 * ends, and variables such as {@code SENTRY_DSN} belong to other programs.
	 */
	private static List<Fault> findUnknown(List<ConfigurationPropertySource> sources,
			Map<Class<?>, ConfigurationPropertyName> records) {
		PropertyNames known = new PropertyNames();
		records.forEach((type, prefix) -> known.add(prefix, type));
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

	private static List<Fault> findViolations(ConfigurationPropertyName prefix,
			Set<? extends ConstraintViolation<?>> violations) {
		return violations.stream().map((violation) -> {
			String[] message = violation.getMessage().split("\\|", 2);
			return new Fault(PropertyNames.shown(prefix, violation.getPropertyPath()), message[0],
					(message.length == 2) ? message[1] : "Compare it with the documentation.");
		}).sorted(Comparator.comparing(Fault::property)).toList();
	}

	/** YAML has such a property for a key without content. */
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

}
