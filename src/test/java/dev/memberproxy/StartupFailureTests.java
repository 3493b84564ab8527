package dev.memberproxy;

import java.util.LinkedHashMap;
import java.util.List;
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
		assertExplained(output,
				"- sentry.region is missing. Set it to the region of sentry.io that hosts the organization,"
						+ " such as us or de. For a self-hosted Sentry set sentry.base-url instead.",
				"Correct all 8 faults of the configuration");
		assertThat(output.getAll().lines())
			.contains(
					"- sentry.organization-slug is missing. Set it to the name of the organization as it appears in the"
							+ " addresses of Sentry's pages.")
			.anyMatch((line) -> line.startsWith("- sentry.token is missing. Set sentry.token-file to a file"))
			.anyMatch((line) -> line.startsWith("- sentry.organizations.second.slug is missing. Set"))
			.anyMatch((line) -> line.startsWith("- sentry.organizations.second.token is missing. Set"))
			.anyMatch((line) -> line.startsWith("- members.proxy.url is missing. Set"))
			.anyMatch((line) -> line.startsWith("- members.proxy.password-file is missing. Set"))
			.anyMatch((line) -> line.startsWith("- members.access is clients, which is the default, but no client is"
					+ " configured. Configure one"));
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
	void startWhenKeyIsSetInsteadOfItsDigestExplainsIt(CapturedOutput output) {
		this.properties.remove("members.access");
		this.properties.put("members.clients.portal.key-sha256", "smp_secret-key");
		assertExplained(output, "members.clients.portal.key-sha256 is not a SHA-256 digest.",
				"Set it to the 64 hexadecimal digits of the digest");
		assertThat(output.getAll()).doesNotContain("smp_secret-key");
	}

	@Test
	void startWhenDeadlineIsTooLongForTheStopExplainsPhase(CapturedOutput output) {
		this.properties.put("sentry.deadline", "30s");
		assertExplained(output, "spring.lifecycle.timeout-per-shutdown-phase is not longer than sentry.deadline.",
				"Set it to some seconds more");
	}

	@Test
	void startWhenManagementPortIsEmptyExplainsPort(CapturedOutput output) {
		this.properties.put("management.server.port", "");
		assertExplained(output, "management.server.port is missing, or is the port of the service.",
				"Set it to another port, such as 8081");
	}

	@Test
	void startWhenTokenContainsBlanksExplainsToken(CapturedOutput output) {
		this.properties.put("sentry.token", "Bearer " + TOKEN);
		assertExplained(output, "sentry.token contains blanks, line breaks or characters that are not ASCII.",
				"Set it to the token as Sentry shows it, without quotes and without the word Bearer.");
	}

	/** All faults of the check before the first bean, in one start. */
	@Test
	void startWhenSecretsAreInWrongPropertiesNeverPrintsThem(CapturedOutput output) {
		for (String property : List.of("members.clients.portal", "members.clients.portal.requests-per-minute",
				"members.clients.[" + KEY + "].roles", "members.access", "members.jwt", "members.jwt.allow-http",
				"members.idempotency.ttl", "members.audit.address", "sentry.organizations.second",
				"sentry.organizations.[" + KEY + "].slug", "sentry.allow-http", "sentry.read-timeout",
				"sentry.pacing.max-concurrent", "members.unknown", "members.clients.[" + KEY + "].unknown",
				"sentry.organizations.[" + KEY + "].pacing.max-wait")) {
			this.properties.put(property, KEY);
		}
		assertNeverPrinted(output);
	}

	/** Properties whose value is checked later. The first fault ends the start. */
	@ParameterizedTest
	@ValueSource(strings = { "members.clients.portal.key-sha256", "members.jwt.issuer", "members.proxy.bypass",
			"sentry.organization-slug", "sentry.ssl-bundle" })
	void startWhenSecretIsInTheWrongPropertyNeverPrintsIt(String property, CapturedOutput output) {
		this.properties.remove("members.access");
		this.properties.put("members.clients.bot.key-sha256", KeyDigests.hex("smp_bot-key"));
		this.properties.put("members.jwt.audience", KEY);
		this.properties.put(property, KEY);
		assertNeverPrinted(output);
	}

	private void assertNeverPrinted(CapturedOutput output) {
		this.properties.put("logging.level.root", "trace");
		// Servers of earlier tests may log between tests, which is captured here too.
		this.properties.put("logging.level.org.eclipse.jetty", "info");
		assertThatException().isThrownBy(this::start);
		assertThat(output.getAll()).contains("APPLICATION FAILED TO START", " TRACE ");
		assertThat(output.getAll().lines().filter((line) -> line.contains(KEY) || line.contains(TOKEN))).isEmpty();
	}

	@Test
	void startWhenBundleOfIdentityProviderIsMissingExplainsIt(CapturedOutput output) {
		this.properties.remove("members.access");
		this.properties.put("members.clients.portal.roles", "member");
		this.properties.put("members.jwt.issuer", "https://id.example.com");
		this.properties.put("members.jwt.audience", "sentry-member-proxy");
		this.properties.put("members.jwt.ssl-bundle", "private-ca");
		assertExplained(output, "members.jwt.ssl-bundle names an SSL bundle that is not defined.",
				"Define it under spring.ssl.bundle, or correct its name.");
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
