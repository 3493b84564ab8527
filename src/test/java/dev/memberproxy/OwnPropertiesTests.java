package dev.memberproxy;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;

import dev.memberproxy.core.InvalidConfigurationException;
import dev.memberproxy.core.InvalidConfigurationException.Fault;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.util.ClassUtils;
import org.springframework.validation.beanvalidation.LocalValidatorFactoryBean;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/** The check of all properties of this service, without a start of the service. */
class OwnPropertiesTests {

	private static final JsonNode metadata = JsonMapper.builder()
		.build()
		.readTree(Path.of("target", "classes", "META-INF", "spring-configuration-metadata.json"));

	private final Map<String, Object> properties = new LinkedHashMap<>(Map.of("members.access", "open", "sentry.region",
			"us", "sentry.organization-slug", "acme", "sentry.token", "sntrys_0123456789abcdef"));

	/** Property, values that are too low or too high, fault and remedy. */
	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					sentry.connect-timeout            | 0s,-1ms,3601s,2h | is not a usable limit  | more than zero and at most one hour
					sentry.read-timeout               | 0s,-1s,3601s     | is not a usable limit  | more than zero and at most one hour
					sentry.deadline                   | 61m              | is not a usable limit  | more than zero and at most one hour
					sentry.deadline                   | 999ms,0s,-1s     | is shorter than 1s     | at least 1s and to more than sentry.read-timeout
					sentry.preflight-interval         | -1ms,3601s       | is not a usable limit  | at most one hour, such as 500ms or 5s, or to 0
					sentry.pacing.requests-per-second | -1,100001        | is not a usable limit  | from 1 to 100000, or to 0 for no limit
					sentry.pacing.max-concurrent      | -1,1001          | is not a usable limit  | from 1 to 1000, or to 0 for no limit
					sentry.pacing.max-wait            | -1ms,-2h,3601s   | is not a usable limit  | at most one hour, such as 500ms or 5s, or to 0
					sentry.organizations.eu.pacing.requests-per-second | -1,100001 | is not a usable limit | from 1 to 100000
					sentry.organizations.eu.pacing.max-concurrent | -1,1001 | is not a usable limit | from 1 to 1000
					sentry.organizations.eu.pacing.max-wait | -1ms,3601s | is not a usable limit   | at most one hour
					members.shutdown.drain            | -1ms,25001ms     | is not a usable time   | at most 25s, such as 5s, or to 0
					members.batch.max-items           | 0,-1,10001       | is not a usable number | from 1 to 10000
					members.idempotency.ttl           | 0s,-1ms,2592001s | is not a usable time   | more than zero and at most 30 days
					members.idempotency.max-entries   | 0,-1,1000001     | is not a usable number | from 1 to 1000000
					members.clients.bot.requests-per-minute | 0,-1,1000001 | is not a usable limit | from 1 to 1000000
					""")
	void checkWhenValueIsOutOfRangeReportsIt(String property, String values, String fault, String remedy) {
		completeSecond(property);
		for (String value : values.split(",", -1)) {
			this.properties.put(property, value);
			assertThat(faults()).as(value).singleElement().satisfies((found) -> {
				assertThat(found.description()).isEqualTo(property + " " + fault + ".");
				assertThat(found.remedy()).contains(remedy);
			});
		}
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			sentry.connect-timeout            | 1ns,1h
			sentry.read-timeout               | 1ns,1h
			sentry.deadline                   | 1s,1h
			sentry.preflight-interval         | 0,1h
			sentry.pacing.requests-per-second | 0,100000
			sentry.pacing.max-concurrent      | 0,1000
			sentry.pacing.max-wait            | 0s,1h
			sentry.organizations.eu.pacing.max-wait | 0s,1h
			members.shutdown.drain            | 0,25s
			members.batch.max-items           | 1,10000
			members.idempotency.ttl           | 1ns,30d
			members.idempotency.max-entries   | 1,1000000
			members.clients.bot.requests-per-minute | 1,1000000
			""")
	void checkWhenValueIsAtItsBoundAcceptsIt(String property, String values) {
		completeSecond(property);
		for (String value : values.split(",", -1)) {
			this.properties.put(property, value);
			assertThat(faults()).as(value).isEmpty();
		}
	}

	@Test
	void checkWhenSeveralKindsOfFaultsExistReportsAll() {
		this.properties.put("members.batch.max-items", "0");
		this.properties.put("sentry.read-timeout", "abc");
		this.properties.put("sentry.allow-http", "perhaps");
		this.properties.put("sentry.deadline", "20");
		this.properties.put("sentry.connect-timeout", "0s");
		this.properties.put("members.proxy.username", "proxy-user");
		this.properties.put("members.jwt.issuers", "x");
		this.properties.put("members.jwt.allow-http", "perhaps");
		List<Fault> faults = faults();
		assertThat(faults).extracting(Fault::description)
			.containsExactlyInAnyOrder("members.jwt.issuers is not a property of this service.",
					"members.batch.max-items is not a usable number.", "sentry.read-timeout cannot be understood.",
					"sentry.allow-http cannot be understood.", "sentry.deadline has no unit.",
					"sentry.connect-timeout is not a usable limit.", "members.proxy.url is missing.",
					"members.proxy.password-file is missing.", "members.jwt.allow-http cannot be understood.");
		assertThat(faults).extracting(Fault::remedy)
			.contains("Set it to a number with a unit, such as 500ms, 8s or 2m.", "Set it to true or false.");
		assertThat(faults.toString()).doesNotContain("abc", "perhaps", "proxy-user");
	}

	@ParameterizedTest
	@ValueSource(strings = { "sentry.deadline", "members.shutdown.drain", "sentry.organizations.eu.pacing.max-wait" })
	void checkWhenDurationHasNoUnitReportsIt(String property) {
		completeSecond(property);
		this.properties.put(property, "20");
		assertThat(faults()).singleElement()
			.extracting(Fault::description, Fault::remedy)
			.containsExactly(property + " has no unit.", "Set it to a number with a unit, such as 500ms, 8s or 2m.");
	}

	@ParameterizedTest
	@ValueSource(strings = { "clients", "CLIENTS", "" })
	void checkWhenAccessIsClientsWithoutClientsReportsIt(String access) {
		this.properties.put("members.access", access);
		assertThat(faults()).singleElement().satisfies((fault) -> {
			assertThat(fault.description())
				.isEqualTo("members.access is clients, which is the default, but no client is configured.");
			assertThat(fault.remedy()).contains("set members.access=open (MEMBERS_ACCESS=open)");
		});
	}

	@Test
	void checkWhenAccessIsUnknownReportsTheChoice() {
		this.properties.put("members.access", "everybody");
		assertThat(faults())
			.containsExactly(new Fault("members.access", "cannot be understood", "Set it to one of clients, open."));
	}

	@ParameterizedTest
	@CsvSource({ "members.jwt.issuer, members.jwt.audience, Set it to the audience that tokens for this service carry.",
			"members.jwt.client-claim, members.clients.portal.key-sha256, "
					+ "Set it to the SHA-256 digest of the client's key" })
	void checkWhenClientCannotAuthenticateReportsWhatIsMissing(String given, String missing, String remedy) {
		this.properties.remove("members.access");
		this.properties.put("members.clients.portal.roles", "member");
		this.properties.put(given, "https://id.example.com");
		assertThat(faults()).singleElement().satisfies((fault) -> {
			assertThat(fault.description()).isEqualTo(missing + " is missing.");
			assertThat(fault.remedy()).startsWith(remedy);
		});
	}

	private void completeSecond(String property) {
		if (property.startsWith("sentry.organizations.eu.")) {
			this.properties.put("sentry.organizations.eu.region", "de");
			this.properties.put("sentry.organizations.eu.slug", "second");
			this.properties.put("sentry.organizations.eu.token", "sntrys_second");
		}
	}

	private List<Fault> faults() {
		StandardEnvironment environment = new StandardEnvironment();
		environment.getPropertySources().forEach((source) -> environment.getPropertySources().remove(source.getName()));
		environment.getPropertySources().addFirst(new MapPropertySource("test", this.properties));
		ConfigurationPropertySources.attach(environment);
		DefaultListableBeanFactory beans = new DefaultListableBeanFactory();
		beans.registerBeanDefinition("validator", new RootBeanDefinition(LocalValidatorFactoryBean.class));
		StreamSupport.stream(metadata.path("groups").spliterator(), false)
			.map((group) -> ClassUtils.resolveClassName(group.path("type").stringValue(), null))
			.filter((type) -> type.isAnnotationPresent(ConfigurationProperties.class))
			.forEach((type) -> beans.registerBeanDefinition(type.getName(), new RootBeanDefinition(type)));
		InvalidConfigurationException failure = catchThrowableOfType(InvalidConfigurationException.class,
				() -> new ConfigurationCheck(environment).postProcessBeanFactory(beans));
		return (failure != null) ? failure.getFaults() : List.of();
	}

}
