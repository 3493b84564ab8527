package dev.memberproxy.clients;

import java.util.List;
import java.util.Map;

import dev.memberproxy.clients.AccessProperties.Access;
import dev.memberproxy.clients.AccessProperties.ClientSettings;
import dev.memberproxy.clients.AccessProperties.Jwt;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.Validation;
import jakarta.validation.ValidatorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

class AccessPropertiesTests {

	@Test
	void bindWhenNothingIsSetRequiresClients() {
		assertThat(bind(Map.of()))
			.isEqualTo(new AccessProperties(Access.CLIENTS, Map.of(), new Jwt(null, List.of(), "azp", null, false)));
	}

	@Test
	void bindWhenAccessIsSetBindsIt() {
		assertThat(bind(Map.of("members.access", "open")).access()).isEqualTo(Access.OPEN);
	}

	@Test
	void bindWhenOnlyKeyIsSetGivesLeastPrivilege() {
		assertThat(bind(Map.of("members.clients.portal.key-sha256", "aa")).clients())
			.containsExactly(Map.entry("portal", new ClientSettings(List.of("aa"), List.of(), List.of("default"),
					List.of("create", "read"), List.of("member"), List.of(), null)));
	}

	@Test
	void bindWhenEverythingIsSetBindsEverything() {
		AccessProperties properties = bind(Map.ofEntries(Map.entry("members.clients.bot.key-sha256", "aa, bb"),
				Map.entry("members.clients.bot.jwt-client-ids", "Bot_1, api://bot"),
				Map.entry("members.clients.bot.organizations", "default,eu"),
				Map.entry("members.clients.bot.operations", "create,delete"),
				Map.entry("members.clients.bot.roles", "member,manager"),
				Map.entry("members.clients.bot.email-domains", "example.com,*.example.org"),
				Map.entry("members.clients.bot.requests-per-minute", "30"),
				Map.entry("members.jwt.issuer", "https://id.example.com"),
				Map.entry("members.jwt.audience", "sentry-member-proxy, ,other"),
				Map.entry("members.jwt.ssl-bundle", "private-ca"), Map.entry("members.jwt.allow-http", "true"),
				Map.entry("members.jwt.client-claim", "client_id")));
		assertThat(properties.clients()).containsExactly(Map.entry("bot",
				new ClientSettings(List.of("aa", "bb"), List.of("Bot_1", "api://bot"), List.of("default", "eu"),
						List.of("create", "delete"), List.of("member", "manager"),
						List.of("example.com", "*.example.org"), 30)));
		assertThat(properties.jwt()).isEqualTo(new Jwt("https://id.example.com",
				List.of("sentry-member-proxy", "other"), "client_id", "private-ca", true));
	}

	@Test
	void bindWhenJwtIsBlankCountsAsNotSet() {
		assertThat(bind(Map.of("members.jwt.issuer", " ", "members.jwt.client-claim", "", "members.jwt.audience", " , ",
				"members.jwt.ssl-bundle", ""))
			.jwt()).isEqualTo(new Jwt(null, List.of(), "azp", null, false));
	}

	@Test
	void bindWhenSetByEnvironmentBindsClient() {
		StandardEnvironment environment = new StandardEnvironment();
		environment.getPropertySources()
			.replace(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
					new SystemEnvironmentPropertySource(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
							Map.of("MEMBERS_CLIENTS_PORTAL_KEY_SHA256", "aa", "MEMBERS_CLIENTS_PORTAL_EMAIL_DOMAINS",
									"example.com", "MEMBERS_CLIENTS_PORTAL_REQUESTS_PER_MINUTE", "5")));
		AccessProperties properties = new Binder(ConfigurationPropertySources.get(environment)).bindOrCreate("members",
				AccessProperties.class);
		assertThat(properties.clients())
			.containsExactly(Map.entry("portal", new ClientSettings(List.of("aa"), List.of(), List.of("default"),
					List.of("create", "read"), List.of("member"), List.of("example.com"), 5)));
	}

	@ParameterizedTest
	@CsvSource({ "1, true", "1000000, true", "0, false", "-1, false", "1000001, false" })
	void validateWhenLimitIsOutOfRangeReportsIt(String limit, boolean valid) {
		AccessProperties properties = bind(Map.of("members.clients.bot.requests-per-minute", limit));
		try (ValidatorFactory factory = Validation.buildDefaultValidatorFactory()) {
			assertThat(factory.getValidator().validate(properties)).extracting(ConstraintViolation::getMessage)
				.isEqualTo(valid ? List.of() : List.of("is not a usable limit|Set it to a whole number from 1 to"
						+ " 1000000, or leave it out for no limit."));
		}
	}

	private static AccessProperties bind(Map<String, String> properties) {
		return new Binder(new MapConfigurationPropertySource(properties)).bindOrCreate("members",
				AccessProperties.class);
	}

}
