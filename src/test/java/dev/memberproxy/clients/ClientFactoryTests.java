package dev.memberproxy.clients;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import dev.memberproxy.core.InvalidConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@ExtendWith(OutputCaptureExtension.class)
class ClientFactoryTests {

	private static final String DIGEST = KeyDigests.hex("smp_one");

	private final Map<String, String> properties = new LinkedHashMap<>(
			Map.of("members.clients.portal.key-sha256", DIGEST));

	@Test
	void createWhenKeysAreConfiguredFindsTheirClients() {
		this.properties.put("members.clients.bot.key-sha256",
				KeyDigests.hex("smp_two") + "," + KeyDigests.hex("smp_three").toUpperCase(Locale.ROOT));
		Clients clients = create();
		assertThat(clients.findByKey("smp_one")).map(Client::name).contains("portal");
		assertThat(clients.findByKey("smp_two")).map(Client::name).contains("bot");
		assertThat(clients.findByKey("smp_three")).map(Client::name).contains("bot");
		assertThat(clients.findByKey("smp_on")).isEmpty();
		assertThat(clients.findByKey(DIGEST)).isEmpty();
		assertThat(clients.findByJwtClientId("bot")).map(Client::name).contains("bot");
		assertThat(clients.findByJwtClientId("portal ")).isEmpty();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = { "portal.key-sha256          | ''              | is missing",
			"portal.organizations       | default,eu      | has an entry that is not an alias of an organization",
			"portal.operations          | create,update   | has an entry that is not an operation",
			"portal.operations          | CREATE          | has an entry that is not an operation",
			"portal.roles               | owner           | has an entry that is not a role",
			"portal.email-domains       | ada@example.com | has an entry that is not a domain" })
	void createWhenPropertyIsInvalidReportsIt(String property, String value, String fault) {
		this.properties.put("members.clients." + property, value);
		assertThatExceptionOfType(InvalidConfigurationException.class).isThrownBy(this::create)
			.withMessage("members.clients." + property + " " + fault + ".");
	}

	@ParameterizedTest
	@CsvSource({ "example.com, example.com", "Example.COM, example.com", "*.Sub.example.com, *.sub.example.com",
			"b\u00fccher.example, xn--bcher-kva.example", "*.b\u00fccher.example, *.xn--bcher-kva.example" })
	void createWhenEmailDomainIsConfiguredNormalizesIt(String configured, String normal) {
		this.properties.put("members.clients.portal.email-domains", configured);
		assertThat(create().findByKey("smp_one").orElseThrow().policy().emailDomains()).containsExactly(normal);
	}

	@ParameterizedTest
	@ValueSource(strings = { "*", "*.", "com", "*example.com", "a*.example.com", "@example.com", "ada@example.com",
			"example.com/", "exa mple.com", "example..com" })
	void createWhenEmailDomainIsNotADomainIsRejected(String configured) {
		this.properties.put("members.clients.portal.email-domains", configured);
		assertThatExceptionOfType(InvalidConfigurationException.class).isThrownBy(this::create)
			.withMessage("members.clients.portal.email-domains has an entry that is not a domain.");
	}

	@Test
	void createWhenTwoClientsShareAKeyIsRejected() {
		this.properties.put("members.clients.zoo.key-sha256", DIGEST);
		assertThatExceptionOfType(InvalidConfigurationException.class).isThrownBy(this::create)
			.withMessageContaining("is set for another client too")
			.withMessageNotContaining(DIGEST);
	}

	@Test
	void createWhenNameCannotBeUsedIsRejected() {
		this.properties.put("members.clients[Bad Name].key-sha256", KeyDigests.hex("smp_two"));
		assertThatExceptionOfType(InvalidConfigurationException.class).isThrownBy(this::create)
			.withMessage("members.clients has a name that cannot be used.");
	}

	@Test
	void createWhenIdentityProviderIsConfiguredNeedsNoKey() {
		this.properties.put("members.clients.portal.key-sha256", "");
		this.properties.put("members.jwt.issuer", "https://id.example.com");
		this.properties.put("members.jwt.audience", "here");
		assertThat(create().findByJwtClientId("portal")).isPresent();
	}

	@Test
	void createWhenSeveralPropertiesAreMissingReportsEach() {
		this.properties.put("members.clients.portal.key-sha256", "");
		this.properties.put("members.clients.bot.roles", "member");
		assertThatExceptionOfType(InvalidConfigurationException.class).isThrownBy(this::create)
			.withMessageContainingAll("members.clients.portal.key-sha256 is missing.",
					"members.clients.bot.key-sha256 is missing.");
	}

	@Test
	void createWhenConfiguredLogsPoliciesWithoutKeys(CapturedOutput output) {
		this.properties.put("members.clients.bot.key-sha256",
				KeyDigests.hex("smp_two") + "," + KeyDigests.hex("smp_three"));
		this.properties.put("members.clients.bot.operations", "update-role,read");
		this.properties.put("members.clients.bot.roles", "");
		this.properties.put("members.clients.bot.email-domains", "Example.com,*.example.org");
		this.properties.put("members.clients.bot.requests-per-minute", "60");
		create();
		assertThat(output.getAll().lines().filter((line) -> line.contains(" INFO ")))
			.anyMatch((line) -> line.endsWith("Client portal: operations create, read; roles member; organizations"
					+ " default; e-mail domains any domain; requests per minute unlimited; keys 1; ids at the identity provider its name"))
			.anyMatch((line) -> line.endsWith("Client bot: operations read, update-role; roles none; organizations"
					+ " default; e-mail domains *.example.org, example.com; requests per minute 60; keys 2; ids at the identity provider its name"))
			.hasSize(2);
		assertThat(output.getAll()).doesNotContain(DIGEST, KeyDigests.hex("smp_two"));
	}

	@Test
	void createWhenIssuerIsBlankNeedsKey() {
		this.properties.put("members.clients.portal.key-sha256", "");
		this.properties.put("members.jwt.issuer", " ");
		assertThatExceptionOfType(InvalidConfigurationException.class).isThrownBy(this::create)
			.withMessage("members.clients.portal.key-sha256 is missing.");
	}

	@Test
	void createWhenIdsAreConfiguredFindsClientByThemOnly() {
		this.properties.put("members.clients.portal.jwt-client-ids", "0oaXyZ_1, api://portal ,a.b:c/d@e");
		Clients clients = create();
		assertThat(clients.findByJwtClientId("0oaXyZ_1")).map(Client::name).contains("portal");
		assertThat(clients.findByJwtClientId("api://portal")).map(Client::name).contains("portal");
		assertThat(clients.findByJwtClientId("a.b:c/d@e")).map(Client::name).contains("portal");
		assertThat(clients.findByJwtClientId("0oaxyz_1")).isEmpty();
		assertThat(clients.findByJwtClientId("portal")).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "Gr\u00fcn", "a b", "a\tb" })
	void createWhenIdHasOtherCharactersIsRejected(String id) {
		this.properties.put("members.clients.portal.jwt-client-ids", id);
		assertThatExceptionOfType(InvalidConfigurationException.class).isThrownBy(this::create)
			.withMessage("members.clients.portal.jwt-client-ids has an entry that is not a client id.");
	}

	@Test
	void createWhenIdIsTooLongIsRejected() {
		this.properties.put("members.clients.portal.jwt-client-ids", "x".repeat(255));
		assertThat(create().findByJwtClientId("x".repeat(255))).isPresent();
		this.properties.put("members.clients.portal.jwt-client-ids", "x".repeat(256));
		assertThatExceptionOfType(InvalidConfigurationException.class).isThrownBy(this::create)
			.withMessage("members.clients.portal.jwt-client-ids has an entry that is not a client id.");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = { "One,Two | Three,Two", "portal | ''" })
	void createWhenTwoClientsShareAnIdReportsBoth(String ofBot, String ofPortal) {
		this.properties.put("members.clients.bot.key-sha256", KeyDigests.hex("smp_two"));
		this.properties.put("members.clients.bot.jwt-client-ids", ofBot);
		this.properties.put("members.clients.portal.jwt-client-ids", ofPortal);
		assertThatExceptionOfType(InvalidConfigurationException.class).isThrownBy(this::create)
			.withMessageContaining("members.clients.bot.jwt-client-ids")
			.withMessageContaining("members.clients.portal.jwt-client-ids")
			.withMessageEndingWith(" have an entry in common.");
	}

	private Clients create() {
		return new ClientFactory(bind(), Set.of("default"), (_, limit) -> new LocalQuota(limit, System::nanoTime))
			.create();
	}

	private AccessProperties bind() {
		return new Binder(new MapConfigurationPropertySource(this.properties)).bindOrCreate("members",
				AccessProperties.class);
	}

}
