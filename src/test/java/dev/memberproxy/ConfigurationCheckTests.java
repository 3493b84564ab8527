package dev.memberproxy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.memberproxy.core.CheckedProperties;
import dev.memberproxy.core.InvalidConfigurationException;
import dev.memberproxy.core.InvalidConfigurationException.Fault;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Size;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.env.ConfigTreePropertySource;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.SimpleCommandLinePropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.validation.beanvalidation.LocalValidatorFactoryBean;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

class ConfigurationCheckTests {

	private static final String KEY = "smp_7Tq0uVw3xYz9AbCdEfGhIjKlMnOpQrStUvWxYz01234";

	private final StandardEnvironment environment = new StandardEnvironment();

	private final Map<String, Object> properties = new LinkedHashMap<>();

	/** Nothing of the machine that runs the test. */
	@BeforeEach
	void clear() {
		this.environment.getPropertySources().remove(StandardEnvironment.SYSTEM_PROPERTIES_PROPERTY_SOURCE_NAME);
		this.environment.getPropertySources().remove(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME);
	}

	@ParameterizedTest
	@ValueSource(strings = { "members.limit", "members.clients.portal.email-domains",
			"members.clients.portal.emailDomains", "members.clients.portal.email_domains",
			"members.clients.portal.email-domains[0]", "members.clients.[Portal 1].email-domains",
			"members.clients.portal.pause", "members.waits.one", "members.group.small-number", "sentry.deadline",
			"others.clients.portal.email-domain", "members-of-others", "SENTRY_DSN" })
	void nameWhenKnownOrOfOthersIsAccepted(String name) {
		assertThat(faults(Map.of(name, "5s"))).filteredOn((fault) -> fault.fault().contains("not a property"))
			.isEmpty();
	}

	@ParameterizedTest
	@CsvSource({ "members.clients.onboarding.email-domain, members.clients.onboarding.email-domains",
			"members.clients.onboarding.emailDomain, members.clients.onboarding.email-domains",
			"members.client.onboarding.email-domains, members.clients.onboarding.email-domains",
			"members.clients.email-domains, members.clients.<name>.email-domains",
			"members.clients.onboarding.group.small-number, members.group.small-number",
			"members.small-number, members.group.small-number", "members.limits, members.limit",
			"members.deadline, sentry.deadline", "sentry.limit, members.limit", "sentry.dead-lines, sentry.deadline",
			"members.clients.onboarding.email-domains.first, members.clients.onboarding.email-domains",
			"members.clients.onboarding.email-domains[0].x, members.clients.onboarding.email-domains" })
	void nameWhenUnknownIsReportedWithTheNearest(String name, String nearest) {
		assertThat(faults(Map.of(name, "secret-value")))
			.filteredOn((fault) -> fault.fault().equals("is not a property of this service"))
			.singleElement()
			.satisfies((fault) -> {
				assertThat(fault.remedy()).isEqualTo("Did you mean " + nearest + "?");
				assertThat(fault.property().replace("-", "")).isEqualToIgnoringCase(name.replace("-", ""));
			});
	}

	@Test
	void nameWhenSecretStandsInItIsNotShown() {
		List<Fault> faults = faults(Map.of("members.clients.[" + KEY + "].email-domain", "x", "members." + KEY, "x",
				"members.clients.[" + KEY + "].pause", "soon"));
		assertThat(faults).hasSize(3);
		assertThat(faults.toString()).doesNotContainIgnoringCase("7Tq0uVw3xYz9");
	}

	@Test
	void namesWhenUnknownAreReportedFromEverySourceButTheEnvironment(@TempDir Path directory) throws IOException {
		Files.writeString(directory.resolve("sentry.a-line"), "x");
		add(new SimpleCommandLinePropertySource("--members.b-line=x"));
		add(new ConfigTreePropertySource("tree", directory));
		addYaml("members:\n  clients:\n    portal:\n      c-line: [x, y]");
		add(new MapPropertySource("json", Map.of("members.clients.my-app.d-line", "x")));
		add(new SystemEnvironmentPropertySource("systemEnvironment",
				Map.of("MEMBERS_E_LINE", "x", "SENTRY_DSN", "x", "MEMBERS_CLIENTS_PORTAL_EMAILDOMAIN", "x")));
		assertThat(faults(Map.of())).extracting(Fault::property)
			.containsExactlyInAnyOrder("sentry.a-line", "members.b-line", "members.clients.portal.c-line[0]",
					"members.clients.portal.c-line[1]", "members.clients.my-app.d-line");
	}

	@Test
	void groupWhenEmptyInYamlIsAccepted() throws IOException {
		addYaml("members:\n  clients:\n  group:\nsentry:\n");
		assertThat(faults(Map.of())).isEmpty();
	}

	@ParameterizedTest
	@CsvSource({ "20, false", "+20, false", "-1, false", "' 20', false", "20ms, true", "1s, true", "2m, true",
			"PT20S, true", "0, true", "00, true", "'', true", "${other}, false", "${absent:7}, false",
			"${absent:7s}, true" })
	void durationWhenItHasNoUnitIsReported(String value, boolean accepted) {
		for (String name : List.of("sentry.deadline", "members.clients.portal.pause", "members.waits.one")) {
			List<Fault> faults = faults(Map.of(name, value, "other", "20"));
			if (accepted) {
				assertThat(faults).isEmpty();
			}
			else {
				assertThat(faults).singleElement().satisfies((fault) -> {
					assertThat(fault.property()).isEqualTo(name);
					assertThat(fault.remedy()).isEqualTo("Set it to a number with a unit, such as 500ms, 8s or 2m.");
					assertThat(fault.toString()).doesNotContain("20,");
				});
			}
		}
	}

	@Test
	void durationWhenItIsANumberInYamlIsReported() throws IOException {
		addYaml("sentry:\n  deadline: 20\n");
		assertThat(faults(Map.of())).extracting(Fault::property, Fault::fault)
			.containsExactly(tuple("sentry.deadline", "has no unit"));
	}

	@Test
	void durationWhenItComesFromTheEnvironmentIsReported() {
		add(new SystemEnvironmentPropertySource("systemEnvironment",
				Map.of("SENTRY_DEADLINE", "20", "MEMBERS_CLIENTS_PORTAL_PAUSE", "30")));
		assertThat(faults(Map.of())).extracting(Fault::property)
			.containsExactlyInAnyOrder("sentry.deadline", "members.clients.portal.pause");
	}

	@Test
	void faultsWhenThereAreSeveralKindsAreReportedTogether() {
		assertThat(faults(Map.of("members.limits", "1", "members.limit", "many", "sentry.deadline", "20",
				"members.group.small-number", "x")))
			.extracting((fault) -> fault.property() + " " + fault.fault())
			.containsExactlyInAnyOrder("members.limits is not a property of this service",
					"members.limit cannot be understood", "sentry.deadline has no unit",
					"members.group.small-number cannot be understood");
	}

	@Test
	void constraintsWhenViolatedAreReportedWithTheirPropertyAndRemedy() {
		assertThat(faults(Map.of("members.group.small-number", "1000", "members.group.names", "one,two",
				"members.clients.portal.email-domains", "short,toolongtoolong", "members.clients.[" + KEY + "].limit",
				"11", "members.limit", "many")))
			.containsExactly(new Fault("members.limit", "cannot be understood", "Compare it with the documentation."),
					new Fault("members.clients.portal.email-domains[1]", "is too long", "Shorten it."),
					new Fault("members.clients.….limit", "is too large", "Set it to at most 10."),
					new Fault("members.group.names", "has too many entries", "Compare it with the documentation."),
					new Fault("members.group.small-number", "is too large", "Set it to at most 10."));
	}

	@Test
	void missingWhenNothingElseIsWrongIsReported() {
		assertThat(faults(Map.of("members.limit", "13"))).extracting(Fault::property)
			.containsExactly("members.unlucky");
	}

	private void add(PropertySource<?> source) {
		this.environment.getPropertySources().addLast(source);
	}

	private void addYaml(String text) throws IOException {
		add(new YamlPropertySourceLoader().load("file", new ByteArrayResource(text.getBytes(StandardCharsets.UTF_8)))
			.getFirst());
	}

	private List<Fault> faults(Map<String, Object> properties) {
		this.properties.clear();
		this.properties.putAll(properties);
		this.environment.getPropertySources().addFirst(new MapPropertySource("test", this.properties));
		ConfigurationPropertySources.attach(this.environment);
		DefaultListableBeanFactory beans = new DefaultListableBeanFactory();
		beans.registerBeanDefinition("validator", new RootBeanDefinition(LocalValidatorFactoryBean.class));
		for (Class<?> type : List.of(Members.class, Group.class, Sentry.class, Others.class, Object.class)) {
			beans.registerBeanDefinition(type.getName(), new RootBeanDefinition(type));
		}
		InvalidConfigurationException failure = catchThrowableOfType(InvalidConfigurationException.class,
				() -> new ConfigurationCheck(this.environment).postProcessBeanFactory(beans));
		return (failure != null) ? failure.getFaults() : List.of();
	}

	@ConfigurationProperties("members")
	record Members(@DefaultValue("5") Integer limit, @DefaultValue Map<String, @Valid Client> clients,
			@DefaultValue Map<String, Duration> waits) implements CheckedProperties {

		@Override
		public List<Fault> findMissing() {
			return (this.limit == 13) ? List.of(new Fault("members.unlucky", "is missing", "Set it.")) : List.of();
		}

	}

	record Client(@DefaultValue List<@Size(max = 10, message = "is too long|Shorten it.") String> emailDomains,
			@DefaultValue("1s") Duration pause,
			@DefaultValue("1") @Max(value = 10, message = "is too large|Set it to at most 10.") int limit) {

	}

	@ConfigurationProperties("members.group")
	record Group(@DefaultValue("1") @Max(value = 10, message = "is too large|Set it to at most 10.") int smallNumber,
			@DefaultValue @Size(max = 1, message = "has too many entries") List<String> names) {

	}

	@ConfigurationProperties("sentry")
	record Sentry(@DefaultValue("20s") Duration deadline) {

	}

	@ConfigurationProperties("others")
	record Others(@DefaultValue("20s") Duration deadline) {

	}

}
