package dev.memberproxy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.WireMock;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.memberproxy.clients.KeyDigests;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.Yaml;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.ActiveProfiles;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

/**
 * Runs the recipes of {@code docs/recipes.md} unchanged and in their order, with the
 * built-in Sentry. A recipe without an installed interpreter is skipped.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT, properties = "management.server.port=0")
@ActiveProfiles("demo")
class RecipesTests {

	private static final String KEY = "smp_recipes";

	/** A client that may only assign the role member. */
	private static final String RESTRICTED_KEY = "smp_restricted";

	private static final String SHELL_LIST = "Add all people in a list";

	private static final String PYTHON_LIST = "Add all people in a CSV file";

	private static final Pattern SECTION = Pattern.compile("(?ms)^## (.+?)\\n(.*?)(?=^## |\\z)");

	private static final Pattern RECIPE = Pattern
		.compile("(?s)```(bash|java|python|javascript|yaml)\\n(.*?)```\\n\\n```text\\n(.*?)```");

	private static final Pattern FILE = Pattern.compile("(?s)```csv\\n(.*?)```");

	private static final List<List<String>> SHELL = List.of(List.of("bash", "--version"), List.of("jq", "--version"),
			List.of("curl", "--silent", "-o", "/dev/null", "-w", "%{header_json}", "file:///dev/null"));

	private static final Map<String, List<List<String>>> NEEDED = Map.of("bash", SHELL, "yaml",
			List.of(List.of("bash", "--version"), List.of("python3", "--version")), "python",
			List.of(List.of("python3", "-c", "import requests")), "javascript",
			List.of(List.of("node", "-e", "fetch.name")));

	private static final WireMockServer issuer = new WireMockServer(WireMockConfiguration.options().dynamicPort());

	@LocalServerPort
	int port;

	@TempDir
	Path directory;

	@DynamicPropertySource
	static void clients(DynamicPropertyRegistry registry) {
		issuer.start();
		registry.add("members.access", () -> "clients");
		Stream.of("app", "onboarding-app").map("members.clients."::concat).forEach((client) -> {
			registry.add(client + ".operations", () -> "create,read,update-role,delete");
			registry.add(client + ".roles", () -> "billing,member,manager,admin");
		});
		registry.add("members.clients.app.key-sha256", () -> KeyDigests.hex(KEY));
		registry.add("members.clients.restricted.key-sha256", () -> KeyDigests.hex(RESTRICTED_KEY));
		registry.add("members.jwt.issuer", issuer::baseUrl);
		registry.add("members.jwt.audience", () -> "sentry-member-proxy");
	}

	@AfterAll
	static void stop() {
		issuer.stop();
	}

	@TestFactory
	List<DynamicTest> recipes() throws Exception {
		issueTokens();
		List<DynamicTest> tests = new ArrayList<>();
		for (MatchResult section : sections()) {
			MatchResult recipe = RECIPE.matcher(section.group(2)).results().findFirst().orElseThrow();
			tests.add(DynamicTest.dynamicTest(section.group(1), () -> {
				FILE.matcher(section.group(2)).results().forEach((file) -> write("people.csv", file.group(1)));
				Finished finished = run(recipe.group(1), recipe.group(2));
				assertThat(finished.status()).as(finished.toString()).isZero();
				assertThat(finished.out()).as(finished.err()).isEqualTo(recipe.group(3));
			}));
		}
		assertThat(tests).hasSizeGreaterThan(10);
		return tests;
	}

	/** Code to paste has no typographic characters. */
	@Test
	void codeIsAscii() throws IOException {
		String page = Files.readString(Path.of("docs/recipes.md"));
		assertThat(Pattern.compile("(?s)```.*?```").matcher(page).results().map(MatchResult::group))
			.hasSizeGreaterThan(20)
			.allSatisfy((code) -> assertThat(code).matches("(?s)\\p{ASCII}*"));
	}

	/** The file and the expected role of each member. */
	static Stream<Arguments> plainLists() {
		return Stream.of(
				argumentSet("byte order mark, CRLF, blank lines, header",
						"\ufeffuserName,role\r\n\r\nplain1@example.com,manager\r\n \t\r\nplain2@example.com\r\n",
						Map.of("plain1@example.com", "manager", "plain2@example.com", "member")),
				argumentSet("no end of the last line, blanks, empty role",
						"plain3@example.com , manager\nplain4@example.com,",
						Map.of("plain3@example.com", "manager", "plain4@example.com", "member")),
				argumentSet("CR only", "plain5@example.com,manager\rplain6@example.com",
						Map.of("plain5@example.com", "manager", "plain6@example.com", "member")));
	}

	@ParameterizedTest
	@MethodSource("plainLists")
	void shellListWhenFileIsUnusualAddsEachMember(String file, Map<String, String> roles) throws Exception {
		write("people.csv", file);
		Finished finished = run("bash", script(SHELL_LIST));
		assertThat(finished.status()).as(finished.toString()).isZero();
		assertThat(finished.out()).isEqualTo("{\"total\":2,\"succeeded\":2,\"failed\":0,\"unknown\":0}\n");
		assertThat(finished.err()).isEmpty();
		roles.forEach((address, role) -> assertThat(role(address)).isEqualTo(role));
	}

	@ParameterizedTest
	@ValueSource(strings = { "\"first@example.com\",\"manager\"", "first@example.com;manager",
			"first@example.com,manager,Portal", "Name,Email", "first.example.com", "first@example.com member" })
	void shellListWhenLineIsInvalidSendsNothing(String line) throws Exception {
		write("people.csv", "sent@example.com,member\r\n\r\n" + line + "\r\n");
		Finished finished = run("bash", script(SHELL_LIST));
		assertThat(finished.status()).isNotZero();
		assertThat(finished.err()).isEqualTo("line 3 is not ADDRESS[,ROLE]: " + line + "\nNothing was sent.\n");
		assertThat(role("sent@example.com")).isEqualTo("/problems/member-not-found");
	}

	/** The file and the expected role of each member. */
	static Stream<Arguments> exportedFiles() {
		return Stream.of(argumentSet("quoted, byte order mark, CRLF, blank lines, columns in another order",
				"\ufeffRole,Name,Email\r\n\r\n\"manager\",\"King, \"\"Ada\"\"\",\"csv1@example.com\"\r\n,,\r\n,Grace,csv2@example.com\r\n",
				Map.of("csv1@example.com", "manager", "csv2@example.com", "member")),
				argumentSet("semicolons",
						"\ufeffE-Mail;sentryOrgRole;Team\r\ncsv3@example.com;manager;\"a,b;c\"\r\ncsv4@example.com;;\r\n",
						Map.of("csv3@example.com", "manager", "csv4@example.com", "member")),
				argumentSet("no header, no end of the last line, empty columns",
						"\"csv5@example.com\",\"manager\",,\ncsv6@example.com",
						Map.of("csv5@example.com", "manager", "csv6@example.com", "member")),
				argumentSet("header without roles, line break in a field",
						"email,note\ncsv7@example.com,\"two\nlines\"\n\ncsv8@example.com\n",
						Map.of("csv7@example.com", "member", "csv8@example.com", "member")));
	}

	@ParameterizedTest
	@MethodSource("exportedFiles")
	void pythonListWhenFileIsUnusualAddsEachMember(String file, Map<String, String> roles) throws Exception {
		write("people.csv", file);
		Finished finished = run("python", script(PYTHON_LIST));
		assertThat(finished.status()).as(finished.toString()).isZero();
		assertThat(finished.out()).isEqualTo("2 of 2 people have a seat\n");
		assertThat(finished.err()).isEmpty();
		roles.forEach((address, role) -> assertThat(role(address)).isEqualTo(role));
	}

	static Stream<Arguments> faultyFiles() {
		byte[] utf16 = "\ufeffsent@example.com,member\r\n".getBytes(StandardCharsets.UTF_16LE);
		return Stream.of(faulty("broken address", "first.example.com", "line 3 is not understood"),
				faulty("too many columns", "first@example.com,member,Portal", "line 3 is not understood"),
				faulty("two addresses in a field", "\"a@example.com b@example.com\"", "line 3 is not understood"),
				faulty("role without an address", ",manager", "line 3 is not understood"),
				faulty("text after a quote", "\"first@example.com\"x,member", "line 3 is not CSV"),
				faulty("quote without an end", "\"first@example.com,member", "line 3 is not CSV"),
				argumentSet("UTF-16", utf16, "people.csv is not UTF-8"));
	}

	private static Arguments faulty(String name, String line, String reported) {
		return argumentSet(name, ("sent@example.com,member\r\n\r\n" + line).getBytes(StandardCharsets.UTF_8), reported);
	}

	@ParameterizedTest
	@MethodSource("faultyFiles")
	void pythonListWhenLineIsInvalidSendsNothing(byte[] file, String reported) throws Exception {
		Files.write(this.directory.resolve("people.csv"), file);
		Finished finished = run("python", script(PYTHON_LIST));
		assertThat(finished.status()).isNotZero();
		assertThat(finished.err()).startsWith(reported).endsWith("Nothing was sent.\n").doesNotContain("Traceback");
		assertThat(role("sent@example.com")).isEqualTo("/problems/member-not-found");
	}

	@ParameterizedTest
	@ValueSource(strings = { SHELL_LIST, PYTHON_LIST })
	void listWhenItemFailsReportsItsLineAddressAndErrors(String recipe) throws Exception {
		write("people.csv",
				"email,role\r\nada@example.com\r\n\r\ngrace@example.com,boss\r\na..b@example.com,member\r\n");
		Finished finished = run(recipe.equals(SHELL_LIST) ? "bash" : "python", script(recipe));
		assertThat(finished.status()).isNotZero();
		assertThat(finished.err()).contains("line 4, grace@example.com: ", "line 5, a..b@example.com: ")
			.containsPattern("\\n? {2}/sentryOrgRole [a-z-]+: \\S")
			.containsPattern("\\n? {2}/userName [a-z-]+: \\S")
			.doesNotContain("line 2,", "Traceback");
	}

	@ParameterizedTest
	@ValueSource(strings = { SHELL_LIST, PYTHON_LIST })
	void listWhenRejectedReportsTheProblemAndEachLine(String recipe) throws Exception {
		write("people.csv", "ada@example.com\ngrace@example.com\n");
		Finished finished = run(recipe.equals(SHELL_LIST) ? "bash" : "python", script(recipe),
				Map.of("MEMBERS_KEY", "smp_other"));
		assertThat(finished.status()).isNotZero();
		assertThat(finished.err()).contains("/problems/unauthenticated", "line 1, ada@example.com: no result",
				"line 2, grace@example.com: no result");
	}

	@ParameterizedTest
	@ValueSource(strings = { SHELL_LIST, PYTHON_LIST })
	void listWhenClientMustSendARoleUsesTheDefaultRole(String recipe) throws Exception {
		write("people.csv", "default@example.com\n");
		String language = recipe.equals(SHELL_LIST) ? "bash" : "python";
		Finished rejected = run(language, script(recipe), Map.of("MEMBERS_KEY", RESTRICTED_KEY));
		assertThat(rejected.status()).isNotZero();
		assertThat(rejected.err()).contains("line 1, default@example.com: ", "\n  /sentryOrgRole role: ");
		Finished accepted = run(language, script(recipe),
				Map.of("MEMBERS_KEY", RESTRICTED_KEY, "DEFAULT_ROLE", "member"));
		assertThat(accepted.status()).as(accepted.toString()).isZero();
		assertThat(role("default@example.com")).isEqualTo("member");
	}

	@Test
	void stepOfGitHubActionsWhenLineIsInvalidFails() throws Exception {
		write("people.csv", "sent@example.com,member,Portal\n");
		Finished finished = run("yaml", script("Run in GitHub Actions"));
		assertThat(finished.status()).isNotZero();
		assertThat(finished.err()).startsWith("line 1 is not understood");
	}

	private static List<MatchResult> sections() throws IOException {
		return SECTION.matcher(Files.readString(Path.of("docs/recipes.md"))).results().toList();
	}

	private static String script(String title) throws IOException {
		return sections().stream()
			.filter((section) -> section.group(1).equals(title))
			.flatMap((section) -> RECIPE.matcher(section.group(2)).results())
			.map((recipe) -> recipe.group(2))
			.findFirst()
			.orElseThrow();
	}

	/** The role of a member, or the type of the problem. */
	private String role(String address) {
		var member = ApiClient
			.json(ApiClient.send(ApiClient.request(this.port, "/members/" + address).header("X-API-Key", KEY).build()));
		return member.path("sentryOrgRole").stringValue(member.path("type").stringValue(""));
	}

	private Finished run(String language, String script) throws Exception {
		return run(language, script, Map.of());
	}

	private Finished run(String language, String script, Map<String, String> more) throws Exception {
		for (List<String> needed : NEEDED.getOrDefault(language, List.of())) {
			assumeTrue(isInstalled(needed), String.join(" ", needed));
		}
		List<String> command = switch (language) {
			case "bash" -> List.of("bash", "-euo", "pipefail", write("recipe.sh", script));
			case "yaml" -> {
				write("add_members.py", script(PYTHON_LIST));
				yield List.of("bash", "-euo", "pipefail", write("step.sh", step(script)));
			}
			case "python" -> List.of("python3", write("recipe.py", script));
			case "javascript" -> List.of("node", write("recipe.js", script));
			case "java" -> List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
					System.getProperty("java.class.path"), write("Onboarding.java", script));
			default -> throw new AssertionError(language);
		};
		ProcessBuilder builder = new ProcessBuilder(command).directory(this.directory.toFile());
		builder.environment()
			.putAll(Map.of("MEMBERS_URL", "http://localhost:" + this.port, "MEMBERS_KEY", KEY, "TOKEN_URL",
					issuer.baseUrl() + "/token", "TOKEN_SCOPE", "api://service/.default", "CLIENT_ID", "onboarding-app",
					"CLIENT_SECRET", "a+secret&more"));
		builder.environment().putAll(more);
		Path out = this.directory.resolve("out.txt");
		Path err = this.directory.resolve("err.txt");
		Process process = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
		assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
		return new Finished(process.exitValue(), Files.readString(out), Files.readString(err));
	}

	private static boolean isInstalled(List<String> command) throws InterruptedException {
		try {
			return new ProcessBuilder(command).redirectErrorStream(true)
				.redirectOutput(ProcessBuilder.Redirect.DISCARD)
				.start()
				.waitFor() == 0;
		}
		catch (IOException ex) {
			// The program is not installed.
			return false;
		}
	}

	private String write(String name, String text) {
		try {
			return Files.writeString(this.directory.resolve(name), text).toString();
		}
		catch (IOException ex) {
			throw new AssertionError(ex);
		}
	}

	private static String step(String yaml) {
		List<Map<String, String>> steps = new Yaml().load(yaml);
		return steps.getFirst().get("run");
	}

	/** Issues tokens for correct forms, as Keycloak and Entra ID do. */
	private static void issueTokens() throws JOSEException {
		RSAKey key = new RSAKeyGenerator(2048).keyID("one").generate();
		SignedJWT jwt = new SignedJWT(new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("one").build(),
				new JWTClaimsSet.Builder().issuer(issuer.baseUrl())
					.audience("sentry-member-proxy")
					.subject("service-account")
					.claim("azp", "onboarding-app")
					.expirationTime(Date.from(Instant.now().plusSeconds(300)))
					.build());
		jwt.sign(new RSASSASigner(key));
		issuer.stubFor(WireMock.get("/.well-known/openid-configuration")
			.willReturn(
					WireMock.okJson("{\"issuer\":\"%1$s\",\"jwks_uri\":\"%1$s/jwks\"}".formatted(issuer.baseUrl()))));
		issuer.stubFor(WireMock.get("/jwks").willReturn(WireMock.okJson(new JWKSet(key.toPublicJWK()).toString())));
		issuer.stubFor(WireMock.post("/token")
			.withFormParam("grant_type", WireMock.equalTo("client_credentials"))
			.withFormParam("client_id", WireMock.equalTo("onboarding-app"))
			.withFormParam("client_secret", WireMock.equalTo("a+secret&more"))
			.withFormParam("scope", WireMock.equalTo("api://service/.default"))
			.willReturn(WireMock.okJson("{\"token_type\":\"Bearer\",\"expires_in\":300,\"access_token\":\"%s\"}"
				.formatted(jwt.serialize()))));
	}

	private record Finished(int status, String out, String err) {
	}

}
