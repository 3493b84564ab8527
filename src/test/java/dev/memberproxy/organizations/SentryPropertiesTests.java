package dev.memberproxy.organizations;

import java.time.Duration;
import java.util.Map;

import dev.memberproxy.organizations.SentryProperties.Further;
import dev.memberproxy.organizations.SentryProperties.FurtherPacing;
import dev.memberproxy.organizations.SentryProperties.Pacing;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class SentryPropertiesTests {

	private static final Pacing USUAL_PACING = new Pacing(40, 25, Duration.ofSeconds(5));

	private static final FurtherPacing NO_PACING = new FurtherPacing(null, null, null);

	@Test
	void bindWhenNothingIsSetUsesDefaults() {
		SentryProperties properties = bind(Map.of());
		assertThat(properties).isEqualTo(
				new SentryProperties(null, null, false, null, null, null, Duration.ofSeconds(2), Duration.ofSeconds(8),
						Duration.ofSeconds(20), USUAL_PACING, Duration.ofMinutes(5), null, Map.of()));
	}

	@Test
	void bindWhenEverythingIsSetMapsEverything() {
		SentryProperties properties = bind(Map.ofEntries(Map.entry("sentry.region", "de"),
				Map.entry("sentry.base-url", "https://sentry.test/here"), Map.entry("sentry.allow-http", "true"),
				Map.entry("sentry.organization-slug", "acme"), Map.entry("sentry.token", "sntrys_one"),
				Map.entry("sentry.token-file", "/run/secrets/one"), Map.entry("sentry.connect-timeout", "500ms"),
				Map.entry("sentry.read-timeout", "3s"), Map.entry("sentry.deadline", "1m"),
				Map.entry("sentry.pacing.requests-per-second", "7"), Map.entry("sentry.pacing.max-concurrent", "3"),
				Map.entry("sentry.pacing.max-wait", "250ms"), Map.entry("sentry.ssl-bundle", "internal")));
		assertThat(properties.region()).isEqualTo("de");
		assertThat(properties.baseUrl()).isEqualTo("https://sentry.test/here");
		assertThat(properties.allowHttp()).isTrue();
		assertThat(properties.organizationSlug()).isEqualTo("acme");
		assertThat(reveal(properties.token())).isEqualTo("sntrys_one");
		assertThat(properties.tokenFile()).isEqualTo("/run/secrets/one");
		assertThat(properties.connectTimeout()).isEqualTo(Duration.ofMillis(500));
		assertThat(properties.readTimeout()).isEqualTo(Duration.ofSeconds(3));
		assertThat(properties.deadline()).isEqualTo(Duration.ofMinutes(1));
		assertThat(properties.pacing()).isEqualTo(new Pacing(7, 3, Duration.ofMillis(250)));
		assertThat(properties.sslBundle()).isEqualTo("internal");
		assertThat(properties.organizations()).isEmpty();
	}

	@Test
	void bindWhenThereAreFurtherOrganizationsMapsEachUnderItsAlias() {
		SentryProperties properties = bind(Map.of("sentry.organizations.second.region", "us",
				"sentry.organizations.second.slug", "acme-second", "sentry.organizations.second.token-file",
				"/run/secrets/two", "sentry.organizations.the-third.base-url", "https://sentry.test",
				"sentry.organizations.the-third.slug", "third", "sentry.organizations.the-third.token", "sntrys_three",
				"sentry.organizations.the-third.ssl-bundle", "internal"));
		assertThat(properties.organizations()).containsOnlyKeys("second", "the-third");
		assertThat(properties.organizations()).containsEntry("second",
				new Further("us", null, "acme-second", null, "/run/secrets/two", NO_PACING, null));
		Further third = properties.organizations().get("the-third");
		assertThat(third.baseUrl()).isEqualTo("https://sentry.test");
		assertThat(third.slug()).isEqualTo("third");
		assertThat(reveal(third.token())).isEqualTo("sntrys_three");
		assertThat(third.sslBundle()).isEqualTo("internal");
		assertThat(third.region()).isNull();
		assertThat(third.tokenFile()).isNull();
		assertThat(third.pacing()).isEqualTo(NO_PACING);
	}

	@Test
	void bindWhenPacingIsSetInPartKeepsDefaultsOfTheRest() {
		assertThat(bind(Map.of("sentry.pacing.requests-per-second", "7")).pacing())
			.isEqualTo(new Pacing(7, 25, Duration.ofSeconds(5)));
		assertThat(bind(Map.of("sentry.pacing.max-concurrent", "3")).pacing())
			.isEqualTo(new Pacing(40, 3, Duration.ofSeconds(5)));
		assertThat(bind(Map.of("sentry.pacing.max-wait", "1m")).pacing())
			.isEqualTo(new Pacing(40, 25, Duration.ofMinutes(1)));
	}

	@Test
	void bindWhenPacingOfFurtherOrganizationsIsSetMapsWhatIsSet() {
		SentryProperties properties = bind(Map.of("sentry.pacing.max-concurrent", "9",
				"sentry.organizations.second.pacing.requests-per-second", "7",
				"sentry.organizations.second.pacing.max-concurrent", "3", "sentry.organizations.second.pacing.max-wait",
				"250ms", "sentry.organizations.the-third.pacing.max-concurrent", "1"));
		assertThat(properties.pacing()).isEqualTo(new Pacing(40, 9, Duration.ofSeconds(5)));
		assertThat(properties.organizations().get("second").pacing())
			.isEqualTo(new FurtherPacing(7, 3, Duration.ofMillis(250)));
		assertThat(properties.organizations().get("the-third").pacing()).isEqualTo(new FurtherPacing(null, 1, null));
	}

	@Test
	void bindWhenSetByEnvironmentMapsEverything() {
		SentryProperties properties = bindEnvironment(
				Map.ofEntries(Map.entry("SENTRY_REGION", "de"), Map.entry("SENTRY_BASE_URL", "https://sentry.test"),
						Map.entry("SENTRY_ALLOW_HTTP", "true"), Map.entry("SENTRY_ORGANIZATION_SLUG", "acme"),
						Map.entry("SENTRY_TOKEN", "sntrys_one"), Map.entry("SENTRY_TOKEN_FILE", "/run/secrets/one"),
						Map.entry("SENTRY_CONNECT_TIMEOUT", "500ms"), Map.entry("SENTRY_READ_TIMEOUT", "3s"),
						Map.entry("SENTRY_DEADLINE", "1m"), Map.entry("SENTRY_PACING_REQUESTS_PER_SECOND", "7"),
						Map.entry("SENTRY_PACING_MAX_CONCURRENT", "3"), Map.entry("SENTRY_PACING_MAX_WAIT", "250ms"),
						Map.entry("SENTRY_PREFLIGHT_INTERVAL", "1m"), Map.entry("SENTRY_SSL_BUNDLE", "internal")));
		assertThat(reveal(properties.token())).isEqualTo("sntrys_one");
		assertThat(properties)
			.isEqualTo(new SentryProperties("de", "https://sentry.test", true, "acme", properties.token(),
					"/run/secrets/one", Duration.ofMillis(500), Duration.ofSeconds(3), Duration.ofMinutes(1),
					new Pacing(7, 3, Duration.ofMillis(250)), Duration.ofMinutes(1), "internal", Map.of()));
	}

	@Test
	void bindWhenSetByEnvironmentWithoutInnerUnderscoresMapsEverything() {
		SentryProperties properties = bindEnvironment(Map.of("SENTRY_BASEURL", "https://sentry.test",
				"SENTRY_ALLOWHTTP", "true", "SENTRY_ORGANIZATIONSLUG", "acme", "SENTRY_TOKENFILE", "/run/secrets/one",
				"SENTRY_CONNECTTIMEOUT", "500ms", "SENTRY_READTIMEOUT", "3s", "SENTRY_PACING_REQUESTSPERSECOND", "7",
				"SENTRY_PACING_MAXCONCURRENT", "3", "SENTRY_SSLBUNDLE", "internal"));
		assertThat(properties).isEqualTo(new SentryProperties(null, "https://sentry.test", true, "acme", null,
				"/run/secrets/one", Duration.ofMillis(500), Duration.ofSeconds(3), Duration.ofSeconds(20),
				new Pacing(7, 3, Duration.ofSeconds(5)), Duration.ofMinutes(5), "internal", Map.of()));
	}

	@Test
	void bindWhenEnvironmentNamesOnlyTokenFileHasNoToken() {
		SentryProperties properties = bindEnvironment(Map.of("SENTRY_TOKEN_FILE", "/run/secrets/one"));
		assertThat(properties.tokenFile()).isEqualTo("/run/secrets/one");
		assertThat(properties.token()).isNull();
	}

	@Test
	void bindWhenSetByEnvironmentMapsFurtherOrganizations() {
		SentryProperties properties = bindEnvironment(Map.of("SENTRY_ORGANIZATIONS_SECOND_REGION", "us",
				"SENTRY_ORGANIZATIONS_SECOND_SLUG", "acme-second", "SENTRY_ORGANIZATIONS_SECOND_TOKEN_FILE",
				"/run/secrets/two", "SENTRY_ORGANIZATIONS_THIRD_BASE_URL", "https://sentry.test",
				"SENTRY_ORGANIZATIONS_THIRD_SLUG", "third", "SENTRY_ORGANIZATIONS_THIRD_TOKEN", "sntrys_three",
				"SENTRY_ORGANIZATIONS_THIRD_SSL_BUNDLE", "internal"));
		assertThat(properties.organizations()).containsOnlyKeys("second", "third");
		assertThat(properties.organizations()).containsEntry("second",
				new Further("us", null, "acme-second", null, "/run/secrets/two", NO_PACING, null));
		Further third = properties.organizations().get("third");
		assertThat(reveal(third.token())).isEqualTo("sntrys_three");
		assertThat(third)
			.isEqualTo(new Further(null, "https://sentry.test", "third", third.token(), null, NO_PACING, "internal"));
	}

	@Test
	void bindWhenSetByEnvironmentMapsPacingOfFurtherOrganizations() {
		SentryProperties properties = bindEnvironment(Map.of("SENTRY_ORGANIZATIONS_SECOND_PACING_REQUESTS_PER_SECOND",
				"7", "SENTRY_ORGANIZATIONS_SECOND_PACING_MAX_CONCURRENT", "3",
				"SENTRY_ORGANIZATIONS_SECOND_PACING_MAX_WAIT", "250ms",
				"SENTRY_ORGANIZATIONS_THIRD_PACING_MAX_CONCURRENT", "1"));
		assertThat(properties.organizations()).containsOnlyKeys("second", "third");
		assertThat(properties.organizations().get("second").pacing())
			.isEqualTo(new FurtherPacing(7, 3, Duration.ofMillis(250)));
		assertThat(properties.organizations().get("third").pacing()).isEqualTo(new FurtherPacing(null, 1, null));
		assertThat(properties.pacing()).isEqualTo(USUAL_PACING);
	}

	@Test
	void bindWhenPacingOfFurtherOrganizationIsSetToNothingHoldsNothing() {
		SentryProperties properties = bindEnvironment(Map.of("SENTRY_ORGANIZATIONS_SECOND_SLUG", "acme-second",
				"SENTRY_ORGANIZATIONS_SECOND_PACING_REQUESTS_PER_SECOND", "",
				"SENTRY_ORGANIZATIONS_SECOND_PACING_MAX_CONCURRENT", "", "SENTRY_ORGANIZATIONS_SECOND_PACING_MAX_WAIT",
				""));
		assertThat(properties.organizations().get("second").pacing()).isEqualTo(NO_PACING);
	}

	@Test
	void bindWhenEnvironmentIsSetToNothingHoldsNothing() {
		SentryProperties properties = bindEnvironment(Map.of("SENTRY_REGION", "", "SENTRY_BASE_URL", "",
				"SENTRY_ORGANIZATION_SLUG", "", "SENTRY_TOKEN", "", "SENTRY_TOKEN_FILE", "", "SENTRY_SSL_BUNDLE", ""));
		assertThat(properties.region()).isNullOrEmpty();
		assertThat(properties.baseUrl()).isNullOrEmpty();
		assertThat(properties.organizationSlug()).isNullOrEmpty();
		assertThat(properties.token()).satisfiesAnyOf((token) -> assertThat(token).isNull(),
				(token) -> assertThat(token.isEmpty()).isTrue());
		assertThat(properties.tokenFile()).isNullOrEmpty();
		assertThat(properties.sslBundle()).isNullOrEmpty();
	}

	@Test
	void bindWhenPropertiesWithDefaultAreSetToNothingUsesDefaults() {
		SentryProperties properties = bindEnvironment(Map.of("SENTRY_ALLOW_HTTP", "", "SENTRY_CONNECT_TIMEOUT", "",
				"SENTRY_READ_TIMEOUT", "", "SENTRY_DEADLINE", "", "SENTRY_PACING_REQUESTS_PER_SECOND", "",
				"SENTRY_PACING_MAX_CONCURRENT", "", "SENTRY_PACING_MAX_WAIT", ""));
		assertThat(properties).isEqualTo(bind(Map.of()));
	}

	@ParameterizedTest
	@CsvSource({ "sentry.connect-timeout, soon", "sentry.read-timeout, abc", "sentry.deadline, 3 fortnights",
			"sentry.allow-http, perhaps", "sentry.pacing.requests-per-second, many",
			"sentry.pacing.max-concurrent, 1.5", "sentry.pacing.max-wait, a while",
			"sentry.organizations.second.pacing.max-concurrent, 99999999999" })
	void bindWhenTextCannotBeConvertedNamesProperty(String property, String value) {
		assertThatExceptionOfType(BindException.class).isThrownBy(() -> bind(Map.of(property, value)))
			.satisfies((ex) -> assertThat(innermostName(ex)).isEqualTo(property));
	}

	@Test
	void toStringDoesNotShowTokens() {
		SentryProperties properties = bind(
				Map.of("sentry.token", "sntrys_one", "sentry.organizations.second.token", "sntrys_two"));
		assertThat(properties.toString()).contains("second").doesNotContain("sntrys_");
	}

	private static String innermostName(BindException ex) {
		BindException innermost = ex;
		for (Throwable cause = ex.getCause(); cause != null; cause = cause.getCause()) {
			if (cause instanceof BindException inner) {
				innermost = inner;
			}
		}
		return innermost.getName().toString();
	}

	private static String reveal(SecretToken token) {
		assertThat(token).isNotNull();
		return token.reveal();
	}

	private static SentryProperties bind(Map<String, String> properties) {
		return new Binder(new MapConfigurationPropertySource(properties)).bindOrCreate("sentry",
				SentryProperties.class);
	}

	private static SentryProperties bindEnvironment(Map<String, Object> variables) {
		return new Binder(ConfigurationPropertySources.from(new SystemEnvironmentPropertySource(
				StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, variables)))
			.bindOrCreate("sentry", SentryProperties.class);
	}

}
