package dev.memberproxy.fakesentry;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;

import dev.memberproxy.core.InvalidConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.mock.env.MockEnvironment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class DemoConfigurationTests {

	private static final String USERS = "/api/0/organizations/demo/scim/v2/Users";

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withUserConfiguration(DemoConfiguration.class, BoundConfiguration.class);

	private final ApplicationContextRunner demo = this.runner
		.withInitializer((context) -> context.getEnvironment().addActiveProfile("demo"));

	@Test
	void profileWhenDemoConfiguresFakeSentry() {
		this.demo.withPropertyValues("sentry.base-url=https://sentry.example.com").run((context) -> {
			Bound bound = context.getBean(Bound.class);
			assertThat(bound.baseUrl()).startsWith("http://127.0.0.1:");
			assertThat(bound.organizationSlug()).isEqualTo("demo");
			assertThat(list(bound).statusCode()).isEqualTo(200);
		});
	}

	@Test
	void profileWhenNotDemoAddsNothing() {
		this.runner.run((context) -> {
			assertThat(context).doesNotHaveBean(DemoSentry.class);
			assertThat(context.getBean(Bound.class).token()).isNull();
		});
	}

	@Test
	void tokenWhenStartedTwiceDiffers() {
		this.demo.run((one) -> this.demo.run((other) -> assertThat(one.getBean(Bound.class).token())
			.isNotEqualTo(other.getBean(Bound.class).token())));
	}

	@Test
	void sentryWhenContextClosesStops() {
		this.demo.run((context) -> {
			Bound bound = context.getBean(Bound.class);
			context.close();
			assertThatExceptionOfType(IOException.class).isThrownBy(() -> list(bound));
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "sentry.token", "sentry.token-file", "sentry.organizations.acme.token",
			"sentry.organizations.acme.token-file" })
	void startWhenRealTokenIsSetFails(String property) {
		this.demo.withPropertyValues(property + "=secret-value").run((context) -> assertRefused(context, property));
	}

	@ParameterizedTest
	@CsvSource({ "SENTRY_TOKEN, sentry.token", "SENTRY_TOKEN_FILE, sentry.token-file",
			"SENTRY_TOKENFILE, sentry.token-file", "SENTRY_ORGANIZATIONS_ACME_TOKEN, sentry.organizations.acme.token",
			"SENTRY_ORGANIZATIONS_ACME_TOKEN_FILE, sentry.organizations.acme.token-file",
			"SENTRY_ORGANIZATIONS_ACME_TOKENFILE, sentry.organizations.acme.token-file" })
	void startWhenVariableHasRealTokenFails(String variable, String property) {
		this.demo
			.withInitializer((context) -> context.getEnvironment()
				.getPropertySources()
				.replace(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
						new SystemEnvironmentPropertySource(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
								Map.of(variable, "secret-value"))))
			.run((context) -> assertRefused(context, property));
	}

	@Test
	void startWhenTokensAreBlankSucceeds() {
		this.demo
			.withPropertyValues("sentry.token=", "sentry.token-file= ", "sentry.organizations.acme.token=",
					"sentry.organizations.acme.slug=acme")
			.run((context) -> assertThat(context).hasNotFailed());
	}

	/** Spring Boot would report the value. */
	@Test
	void startWhenOrganizationsCannotBeReadLeavesThemToTheCheck() {
		this.demo.withPropertyValues("sentry.organizations=secret-value")
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void propertySourceToStringHidesValues() {
		assertThat(DemoSentry.properties(Map.of("sentry.token", "secret-value"))).asString()
			.doesNotContain("secret-value");
	}

	@ParameterizedTest
	@EnumSource
	void greetingListsEveryMagicAddress(MagicAddress address) {
		assertThat(greeting()).contains("  " + address.localPart() + "@", address.description());
	}

	@Test
	void greetingHasCommandsToPaste() {
		assertThat(greeting()).contains("""
				curl -i http://localhost:4711/members -H 'Content-Type: application/json' \
				-d '{"userName":"ada@example.com","sentryOrgRole":"member"}'""", "\"userName\":\"joined@example.com\"");
	}

	@Test
	void greetingHasUrlOfApiPage() {
		assertThat(greeting()).contains("in a browser:\n\n  http://localhost:4711/docs\n");
	}

	@Test
	void greetingWhenContextPathIsSetHasIt() {
		assertThat(greeting("server.servlet.context-path", "/seats"))
			.contains("  http://localhost:4711/seats/docs\n", "curl -i http://localhost:4711/seats/members ")
			.doesNotContain("4711/docs", "4711/members");
	}

	@Test
	void greetingWhenClientsAreConfiguredNeedsKey() {
		assertThat(greeting("members.access", "clients")).contains("the key of one of your clients",
				"/members -H \"X-API-Key: $MEMBERS_KEY\" -H 'Content-Type");
	}

	private static String greeting(String... property) {
		MockEnvironment environment = new MockEnvironment().withProperty("local.server.port", "4711");
		if (property.length > 0) {
			environment.setProperty(property[0], property[1]);
		}
		return DemoConfiguration.greeting(environment);
	}

	private static HttpResponse<String> list(Bound bound) throws Exception {
		try (HttpClient client = HttpClient.newHttpClient()) {
			return client.send(HttpRequest.newBuilder(URI.create(bound.baseUrl() + USERS))
				.header("Authorization", "Bearer " + bound.token())
				.build(), BodyHandlers.ofString());
		}
	}

	private static void assertRefused(AssertableApplicationContext context, String property) {
		assertThat(context).hasFailed();
		assertThat(context.getStartupFailure()).isInstanceOf(InvalidConfigurationException.class)
			.hasMessage(property + " is set, but the profile demo works without a real Sentry.")
			.hasMessageNotContaining("secret-value");
	}

	@EnableConfigurationProperties(Bound.class)
	static class BoundConfiguration {

	}

	@ConfigurationProperties("sentry")
	record Bound(String baseUrl, String organizationSlug, String token) {
	}

}
