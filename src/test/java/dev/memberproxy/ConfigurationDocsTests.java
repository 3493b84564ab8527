package dev.memberproxy;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Parameter;
import java.net.URL;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import dev.memberproxy.ConfigurationDocs.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.context.config.ConfigDataEnvironmentPostProcessor;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.util.ClassUtils;

import static org.assertj.core.api.Assertions.assertThat;

class ConfigurationDocsTests {

	private static final JsonMapper mapper = JsonMapper.shared();

	private static final String METADATA = "META-INF/spring-configuration-metadata.json";

	/** The metadata that Spring Boot's annotation processor generates. */
	private static final JsonNode own = mapper.readTree(Path.of("target", "classes", METADATA));

	private static final List<PropertySource<?>> files = files();

	@Test
	void pageListsEachOwnPropertyWithTypeAndDefault() {
		assertThat(ConfigurationDocs.rows()).extracting(Row::property).doesNotHaveDuplicates();
		Map<String, String> onPage = new TreeMap<>();
		ownProperties().forEach((row) -> onPage.put(row.propertyOf("*"), row.type() + " = " + row.defaultValue()));
		assertThat(onPage).isNotEmpty().containsExactlyEntriesOf(bound());
	}

	@Test
	void eachOwnPropertyIsDescribedInTheCode() {
		assertThat(own.path("properties"))
			.allSatisfy((property) -> assertThat(property.path("description").asString("")).isNotBlank());
	}

	@ParameterizedTest
	@MethodSource("ownProperties")
	void variableSetsOwnProperty(Row row) {
		String expected = bindAll(with(Map.of(row.propertyOf("one"), row.example())));
		assertThat(expected).isNotEqualTo(bindAll(with(Map.of())));
		assertThat(row.variables()).hasSize(1);
		assertThat(variables(row))
			.allSatisfy((variable) -> assertThat(bindAll(withVariable(variable, row.example()))).isEqualTo(expected));
	}

	@Test
	void variableCannotSetNameWithHyphen() {
		assertThat(bindAll(withVariable("MEMBERS_CLIENTS_MYAPP_ROLES", "billing"))).contains("myapp=", "billing");
		assertThat(bindAll(withVariable("MEMBERS_CLIENTS_MY_APP_ROLES", "billing"))).doesNotContain("my-app",
				"billing");
	}

	@ParameterizedTest
	@MethodSource("springProperties")
	void springKnowsPropertyWithItsDefault(Row row) {
		JsonNode property = springProperty(row.property());
		assertThat(property.has("deprecation")).isFalse();
		// A default of this service overrides the default of Spring Boot.
		assertThat(row.defaultValue())
			.isEqualTo(with(Map.of()).getProperty(row.property(), isMap(property) ? "" : defaultValue(property)));
	}

	@ParameterizedTest
	@MethodSource("springProperties")
	void variableSetsSpringProperty(Row row) {
		Object expected = bindSpring(row, with(Map.of(row.propertyOf("one"), row.example())));
		assertThat(expected).isNotNull();
		for (String variable : variables(row)) {
			assertThat(bindSpring(row, withVariable(variable, row.example()))).as(variable)
				.usingRecursiveComparison()
				.isEqualTo(expected);
		}
	}

	static Stream<Row> ownProperties() {
		return ConfigurationDocs.rows().stream().filter(ConfigurationDocsTests::isOwn);
	}

	static Stream<Row> springProperties() {
		return ConfigurationDocs.rows().stream().filter((row) -> !isOwn(row));
	}

	private static boolean isOwn(Row row) {
		return stream(own.path("groups"))
			.anyMatch((group) -> row.property().startsWith(group.path("name").stringValue() + "."));
	}

	/** The variable as on the page, and without underscores for hyphens. */
	private static List<String> variables(Row row) {
		String withoutHyphens = row.propertyOf("one").replace("-", "").replace('.', '_').toUpperCase(Locale.ROOT);
		return Stream.concat(row.variablesOf("ONE").stream(), Stream.of(withoutHyphens)).toList();
	}

	/** The properties of the records, by name. */
	private static Map<String, String> bound() {
		Map<String, String> found = new TreeMap<>();
		for (JsonNode property : own.path("properties")) {
			String name = property.path("name").stringValue();
			if (isMap(property)) {
				putProperties(found, name + ".*.", valueType(property));
			}
			else {
				found.put(name,
						typeInWords(type(property.path("type").stringValue())) + " = " + defaultValue(property));
			}
		}
		return found;
	}

	/** The metadata does not describe the values of maps. */
	private static void putProperties(Map<String, String> found, String prefix, Class<?> record) {
		for (Parameter parameter : record.getDeclaredConstructors()[0].getParameters()) {
			String name = prefix + DataObjectPropertyName.toDashedForm(parameter.getName());
			if (parameter.getType().isRecord()) {
				putProperties(found, name + ".", parameter.getType());
			}
			else {
				DefaultValue defaultValue = parameter.getAnnotation(DefaultValue.class);
				found.put(name, typeInWords(parameter.getType()) + " = "
						+ ((defaultValue != null) ? String.join(",", defaultValue.value()) : ""));
			}
		}
	}

	private static String typeInWords(Class<?> type) {
		if (type.isEnum()) {
			return Arrays.stream(type.getEnumConstants())
				.map((value) -> "`" + value.toString().toLowerCase(Locale.ROOT) + "`")
				.collect(Collectors.joining(", "));
		}
		if (type == Duration.class) {
			return "duration";
		}
		if (type == Integer.class) {
			return "number";
		}
		if (type == Boolean.class) {
			return "boolean";
		}
		return (type == List.class) ? "list" : "text";
	}

	private static String defaultValue(JsonNode property) {
		return property.path("defaultValue").asString("");
	}

	private static boolean isMap(JsonNode property) {
		return property.path("type").stringValue().startsWith("java.util.Map<");
	}

	private static Class<?> valueType(JsonNode map) {
		return type(map.path("type").stringValue().replaceAll("^.*,|>$", ""));
	}

	private static Class<?> type(String name) {
		return ClassUtils.resolveClassName(name.replaceAll("<.*", ""), null);
	}

	/** The property or the map that contains it. */
	private static JsonNode springProperty(String name) {
		return springMetadata()
			.filter((property) -> name.equals(property.path("name").stringValue())
					|| (isMap(property) && name.startsWith(property.path("name").stringValue() + ".")))
			.findFirst()
			.orElseThrow(() -> new AssertionError("There is no " + name));
	}

	private static Stream<JsonNode> springMetadata() {
		try {
			return Collections.list(ConfigurationDocsTests.class.getClassLoader().getResources(METADATA))
				.stream()
				.flatMap((resource) -> stream(read(resource).path("properties")))
				.filter((property) -> property.has("type"));
		}
		catch (IOException ex) {
			throw new AssertionError(ex);
		}
	}

	private static JsonNode read(URL resource) {
		try (InputStream in = resource.openStream()) {
			return mapper.readTree(in);
		}
		catch (IOException ex) {
			throw new AssertionError(ex);
		}
	}

	private static Stream<JsonNode> stream(JsonNode array) {
		return StreamSupport.stream(array.spliterator(), false);
	}

	/** All records as text, because a token is equal to no other token. */
	private static String bindAll(ConfigurableEnvironment environment) {
		return stream(own.path("groups")).filter(
				(group) -> type(group.path("type").stringValue()).isAnnotationPresent(ConfigurationProperties.class))
			.map((group) -> Binder.get(environment)
				.bindOrCreate(group.path("name").stringValue(), type(group.path("type").stringValue()))
				.toString())
			.collect(Collectors.joining("\n"));
	}

	private static Object bindSpring(Row row, ConfigurableEnvironment environment) {
		JsonNode property = springProperty(row.property());
		Binder binder = Binder.get(environment);
		if (!isMap(property)) {
			return binder.bind(row.property(), String.class).get();
		}
		return binder.bind(property.path("name").stringValue(), Bindable.mapOf(String.class, valueType(property)))
			.get()
			.get("one");
	}

	private static ConfigurableEnvironment with(Map<String, Object> properties) {
		return environment(new MapPropertySource("test", properties));
	}

	private static ConfigurableEnvironment withVariable(String name, String value) {
		return environment(new SystemEnvironmentPropertySource(
				StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, Map.of(name, value)));
	}

	/** The environment with the files of this service and no variables of the machine. */
	private static ConfigurableEnvironment environment(PropertySource<?> source) {
		StandardEnvironment environment = new StandardEnvironment();
		environment.getPropertySources().forEach((other) -> environment.getPropertySources().remove(other.getName()));
		environment.getPropertySources().addFirst(source);
		files.forEach(environment.getPropertySources()::addLast);
		return environment;
	}

	private static List<PropertySource<?>> files() {
		StandardEnvironment environment = new StandardEnvironment();
		List<PropertySource<?>> others = environment.getPropertySources().stream().toList();
		ConfigDataEnvironmentPostProcessor.applyTo(environment);
		return environment.getPropertySources()
			.stream()
			.filter((source) -> !others.contains(source)
					&& !ConfigurationPropertySources.isAttachedConfigurationPropertySource(source))
			.toList();
	}

}
