package dev.memberproxy.organizations;

import java.util.Map;

import dev.memberproxy.organizations.SentryProperties.FurtherPacing;
import org.junit.jupiter.api.Test;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

class SentryPropertiesTests {

	private static final FurtherPacing NO_PACING = new FurtherPacing(null, null, null);

	@Test
	void bindWhenEnvironmentNamesOnlyTokenFileHasNoToken() {
		SentryProperties properties = bindEnvironment(Map.of("SENTRY_TOKEN_FILE", "/run/secrets/one"));
		assertThat(properties.tokenFile()).isEqualTo("/run/secrets/one");
		assertThat(properties.token()).isNull();
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

	@Test
	void toStringDoesNotShowTokens() {
		SentryProperties properties = bind(
				Map.of("sentry.token", "sntrys_one", "sentry.organizations.second.token", "sntrys_two"));
		assertThat(properties.toString()).contains("second").doesNotContain("sntrys_");
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
