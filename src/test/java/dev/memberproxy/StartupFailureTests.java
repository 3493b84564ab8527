package dev.memberproxy;

import java.util.LinkedHashMap;
import java.util.Map;

import dev.memberproxy.clients.KeyDigests;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.core.env.StandardEnvironment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/** The messages of startup failures. */
@ExtendWith(OutputCaptureExtension.class)
class StartupFailureTests {

	private static final String TOKEN = "sntrys_0123456789abcdef";

	private static final String KEY = "smp_7Tq0uVw3xYz9AbCdEfGhIjKlMnOpQrStUvWxYz01234";

	private final Map<String, String> properties = new LinkedHashMap<>(Map.of("members.access", "open", "sentry.region",
			"us", "sentry.organization-slug", "acme", "sentry.token", TOKEN));

	/** The level is global and would affect other tests. */
	@AfterEach
	void resetLogLevel() {
		LoggingSystem.get(getClass().getClassLoader()).setLogLevel(LoggingSystem.ROOT_LOGGER_NAME, LogLevel.INFO);
	}

	@Test
	void startWhenNothingIsConfiguredExplainsEveryProperty(CapturedOutput output) {
		this.properties.clear();
		this.properties.put("sentry.organizations.second.region", "de");
		this.properties.put("members.proxy.username", "proxy-user");
		assertExplained(output, "- sentry.region is missing. Set it to the region of sentry.io",
				"Correct all 8 faults of the configuration");
		assertThat(output.getAll().lines())
			.contains(
					"- sentry.organization-slug is missing. Set it to the name of the organization as it stands in the"
							+ " addresses of Sentry's pages.")
			.anyMatch((line) -> line.startsWith("- sentry.token is missing. Set sentry.token-file to a file"))
			.anyMatch((line) -> line.startsWith("- sentry.organizations.second.slug is missing. Set"))
			.anyMatch((line) -> line.startsWith("- sentry.organizations.second.token is missing. Set"))
			.anyMatch((line) -> line.startsWith("- members.proxy.url is missing. Set"))
			.anyMatch((line) -> line.startsWith("- members.proxy.password-file is missing. Set"))
			.anyMatch((line) -> line.startsWith("- members.access is clients, which is the default, but no client is"
					+ " configured. Configure one"));
	}

	@Test
	void startWhenNameIsMisspelledNamesTheNearest(CapturedOutput output) {
		this.properties.put("members.clients.onboarding.email-domain", "secret.example");
		assertExplained(output, "members.clients.onboarding.email-domain is not a property of this service.",
				"Did you mean members.clients.onboarding.email-domains?");
		assertThat(output.getAll()).doesNotContain("secret.example");
	}

	/**
	 * Sets each documented property. ConfigurationDocsTests compares them with the code.
	 */
	@Test
	void startWhenEveryPropertyIsSetFindsOnlyTheMisspelled(CapturedOutput output) {
		this.properties.clear();
		ConfigurationDocs.rows()
			.stream()
			.filter((row) -> row.property().startsWith("members.") || row.property().startsWith("sentry."))
			.forEach((row) -> this.properties.put(row.propertyOf("one"), row.example()));
		assertThat(this.properties).hasSizeGreaterThan(30);
		this.properties.put("sentry.pacing.max-waits", "1s");
		assertExplained(output, "sentry.pacing.max-waits is not a property of this service.",
				"Did you mean sentry.pacing.max-wait?");
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "sentry.deadline", "members.shutdown.drain", "sentry.organizations.second.pacing.max-wait" })
	void startWhenDurationHasNoUnitExplainsUnits(String property, CapturedOutput output) {
		this.properties.put(property, "20");
		this.properties.put("sentry.organizations.second.region", "de");
		this.properties.put("sentry.organizations.second.slug", "second");
		this.properties.put("sentry.organizations.second.token", TOKEN);
		assertExplained(output, property + " has no unit.", "Set it to a number with a unit, such as 500ms, 8s or 2m.");
	}

	@Test
	void startWhenPasswordFileOfProxyIsMissingExplainsFile(CapturedOutput output) {
		this.properties.put("members.proxy.url", "http://proxy.example.com:3128");
		this.properties.put("members.proxy.username", "proxy-user");
		this.properties.put("members.proxy.password-file", "/run/secrets/absent");
		assertExplained(output, "members.proxy.password-file names a file that does not exist.",
				"Create the file, or correct the path.");
		assertThat(output.getAll()).doesNotContain("/run/secrets", "proxy-user");
	}

	@Test
	void startWhenOnlyOrganizationIsConfiguredExplainsAccess(CapturedOutput output) {
		this.properties.remove("members.access");
		assertExplained(output, "members.access is clients, which is the default, but no client is configured.",
				"set members.access=open (MEMBERS_ACCESS=open)");
	}

	@Test
	void startWhenKeyIsSetInsteadOfItsDigestExplainsIt(CapturedOutput output) {
		this.properties.remove("members.access");
		this.properties.put("members.clients.portal.key-sha256", "smp_secret-key");
		assertExplained(output, "members.clients.portal.key-sha256 is not a SHA-256 digest.",
				"Set it to the 64 hexadecimal digits of the digest");
		assertThat(output.getAll()).doesNotContain("smp_secret-key");
	}

	@ParameterizedTest
	@ValueSource(strings = { "clients", "CLIENTS", "" })
	void startWhenAccessIsClientsOrNothingExplainsAccess(String access, CapturedOutput output) {
		this.properties.put("members.access", access);
		assertExplained(output, "members.access is clients, which is the default, but no client is configured.",
				"set members.access=open (MEMBERS_ACCESS=open)");
	}

	@Test
	void startWhenAccessIsUnknownExplainsChoice(CapturedOutput output) {
		this.properties.put("members.access", "everybody");
		assertExplained(output, "members.access cannot be understood.", "Set it to one of clients, open.");
		assertThat(output.getAll()).doesNotContain("everybody");
	}

	@Test
	void startWhenTimeoutIsMalformedExplainsDuration(CapturedOutput output) {
		this.properties.put("sentry.read-timeout", "abc");
		assertExplained(output, "sentry.read-timeout cannot be understood.",
				"Set it to a number with a unit, such as 500ms, 8s or 2m.");
		assertThat(output.getAll()).doesNotContain("abc\"").doesNotContain("'abc'");
	}

	@ParameterizedTest
	@ValueSource(strings = { "0", "-1", "10001" })
	void startWhenBatchLimitIsOutOfRangeExplainsRange(String maxItems, CapturedOutput output) {
		this.properties.put("members.batch.max-items", maxItems);
		assertExplained(output, "members.batch.max-items is not a usable number.",
				"Set it to a whole number from 1 to 10000.");
	}

	@Test
	void startWhenDeadlineIsTooLongForTheStopExplainsPhase(CapturedOutput output) {
		this.properties.put("sentry.deadline", "30s");
		assertExplained(output, "spring.lifecycle.timeout-per-shutdown-phase is not longer than sentry.deadline.",
				"Set it to some seconds more");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "8080" })
	void startWhenManagementUsesTheServerPortExplainsPort(String managementPort, CapturedOutput output) {
		this.properties.put("server.port", "8080");
		this.properties.put("management.server.port", managementPort);
		assertExplained(output, "management.server.port is missing, or is the port of the service.",
				"Set it to another port, such as 8081");
	}

	@Test
	void startWhenAllowHttpIsMalformedExplainsChoice(CapturedOutput output) {
		this.properties.put("sentry.allow-http", "perhaps");
		assertExplained(output, "sentry.allow-http cannot be understood.", "Set it to true or false.");
		assertThat(output.getAll()).doesNotContain("perhaps");
	}

	@Test
	void startWhenTokenContainsBlanksExplainsToken(CapturedOutput output) {
		this.properties.put("sentry.token", "Bearer " + TOKEN);
		assertExplained(output, "sentry.token contains blanks, line breaks or characters that are not ASCII.",
				"Set it to the token as Sentry shows it, without quotes and without the word Bearer.");
	}

	@Test
	void startWhenBaseUrlIsPlainHttpExplainsHttps(CapturedOutput output) {
		this.properties.put("sentry.base-url", "http://sentry.test");
		assertExplained(output, "sentry.base-url is plain http, which would send the token in clear.",
				"Use https. Inside a network that you trust, set sentry.allow-http=true.");
		assertThat(output.getAll()).doesNotContain("sentry.test");
	}

	@ParameterizedTest
	@ValueSource(strings = { "members.clients.portal.key-sha256", "members.clients.portal",
			"members.clients.portal.organizations", "members.clients.portal.operations", "members.clients.portal.roles",
			"members.clients.portal.email-domains", "members.clients.portal.requests-per-minute",
			"members.clients.[" + KEY + "].roles", "members.access", "members.jwt", "members.jwt.issuer",
			"members.jwt.allow-http", "members.clients.portal.jwt-client-ids", "members.idempotency.ttl",
			"members.audit.address", "sentry.organizations.second", "sentry.organizations.second.token",
			"sentry.organizations.[" + KEY + "].slug", "sentry.organization-slug", "sentry.region", "sentry.base-url",
			"sentry.allow-http", "sentry.read-timeout", "sentry.pacing.max-concurrent", "sentry.ssl-bundle",
			"sentry.token-file", "members.proxy.url", "members.proxy.username", "members.proxy.password-file",
			"members.proxy.bypass", "members.unknown", "members.clients.[" + KEY + "].unknown",
			"sentry.organizations.[" + KEY + "].pacing.max-wait" })
	void startWhenSecretIsInTheWrongPropertyNeverPrintsIt(String property, CapturedOutput output) {
		this.properties.remove("members.access");
		this.properties.put("members.clients.bot.key-sha256", KeyDigests.hex("smp_bot-key"));
		this.properties.put(property, KEY);
		this.properties.put("logging.level.root", "trace");
		// Servers of earlier tests may log between tests, which is captured here too.
		this.properties.put("logging.level.org.eclipse.jetty", "info");
		assertThatException().isThrownBy(this::start);
		assertThat(output.getAll()).contains("APPLICATION FAILED TO START", " TRACE ");
		assertThat(output.getAll().lines().filter((line) -> line.contains(KEY) || line.contains(TOKEN))).isEmpty();
	}

	@Test
	void startWhenClientHasNoKeyExplainsDigest(CapturedOutput output) {
		this.properties.remove("members.access");
		this.properties.put("members.clients.portal.roles", "member");
		assertExplained(output, "members.clients.portal.key-sha256 is missing.",
				"Set it to the SHA-256 digest of the client's key");
	}

	@Test
	void startWhenAudienceIsMissingExplainsIt(CapturedOutput output) {
		this.properties.remove("members.access");
		this.properties.put("members.clients.portal.roles", "member");
		this.properties.put("members.jwt.issuer", "https://id.example.com");
		assertExplained(output, "members.jwt.audience is missing.",
				"Set it to the audience that tokens for this service carry.");
	}

	@Test
	void startWhenIssuerIsPlainHttpExplainsHttps(CapturedOutput output) {
		useTokens();
		this.properties.put("members.jwt.issuer", "http://id.test");
		assertExplained(output, "members.jwt.issuer is plain http, so that the keys could be replaced on their way.",
				"Use https. Inside a network that you trust, set members.jwt.allow-http=true.");
		assertThat(output.getAll()).doesNotContain("id.test");
	}

	@Test
	void startWhenIssuerIsNoAddressExplainsIt(CapturedOutput output) {
		useTokens();
		this.properties.put("members.jwt.issuer", "id.test");
		assertExplained(output, "members.jwt.issuer is not an http(s) URL with a host.",
				"Set it to the issuer as in the claim iss of the tokens");
	}

	@Test
	void startWhenBundleOfIdentityProviderIsMissingExplainsIt(CapturedOutput output) {
		useTokens();
		this.properties.put("members.jwt.ssl-bundle", "private-ca");
		assertExplained(output, "members.jwt.ssl-bundle names an SSL bundle that is not defined.",
				"Define it under spring.ssl.bundle, or correct its name.");
	}

	@Test
	void startWhenTwoClientsHaveTheSameIdNamesBoth(CapturedOutput output) {
		useTokens();
		this.properties.put("members.clients.bot.jwt-client-ids", "0oaXyZ,portal");
		assertExplained(output, "have an entry in common.", "Give each id to one client only.");
		assertThat(output.getAll())
			.contains("members.clients.portal.jwt-client-ids", "members.clients.bot.jwt-client-ids")
			.doesNotContain("0oaXyZ");
	}

	@Test
	void startWhenAllowHttpOfJwtIsMalformedExplainsChoice(CapturedOutput output) {
		useTokens();
		this.properties.put("members.jwt.allow-http", "perhaps");
		assertExplained(output, "members.jwt.allow-http cannot be understood.", "Set it to true or false.");
	}

	private void useTokens() {
		this.properties.remove("members.access");
		this.properties.put("members.clients.portal.roles", "member");
		this.properties.put("members.jwt.issuer", "https://id.example.com");
		this.properties.put("members.jwt.audience", "sentry-member-proxy");
	}

	private void assertExplained(CapturedOutput output, String description, String remedy) {
		assertThatException().isThrownBy(this::start);
		assertThat(output.getAll()).containsOnlyOnce("APPLICATION FAILED TO START")
			.containsOnlyOnce(description)
			.containsOnlyOnce(remedy)
			.doesNotContain("\tat ")
			.doesNotContain(TOKEN);
		assertThat(output.getAll()
			.lines()
			.filter((line) -> line.contains("Exception encountered during context initialization"))).isEmpty();
	}

	private void start() {
		StandardEnvironment environment = new StandardEnvironment();
		environment.getPropertySources().remove(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME);
		SpringApplication application = new SpringApplication(MemberProxyApplication.class);
		application.setEnvironment(environment);
		this.properties.putIfAbsent("server.port", "0");
		this.properties.putIfAbsent("management.server.port", "0");
		this.properties.put("spring.main.register-shutdown-hook", "false");
		application
			.run(this.properties.entrySet()
				.stream()
				.map((property) -> "--" + property.getKey() + "=" + property.getValue())
				.toArray(String[]::new))
			.close();
	}

}
