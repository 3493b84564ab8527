package dev.memberproxy.apidocs;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import dev.memberproxy.Programs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.ActiveProfiles;
import org.springframework.util.FileSystemUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Clients that openapi-generator generates from {@code docs/openapi.yaml} compile
 * strictly and call every operation. The generator runs as a separate process, so that
 * its libraries stay off the class path. Maven copies it to {@code target}.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT, properties = "management.server.port=0")
@ActiveProfiles("demo")
class GeneratedClientsTests {

	private static final Path GENERATOR = Path.of("target", "openapi-generator", "openapi-generator-cli.jar");

	private static final Path DESCRIPTION = Path.of("docs", "openapi.yaml");

	private static final Path CALLS = Path.of("src", "test", "clients");

	private static final Path CLIENTS = Path.of("target", "generated-clients");

	private static final String[] TYPESCRIPT = { "typescript@7.0.2", "@types/node@22.20.7" };

	private static final Path JAVA_HOME = Path.of(System.getProperty("java.home"));

	private static final String CLASS_PATH = System.getProperty("java.class.path");

	/** The generator logs this for each description of this version. */
	private static final String VERSION_REMARK = "OpenAPI 3.1 support is still in beta.";

	@LocalServerPort
	int port;

	@TempDir
	Path logs;

	@Test
	void descriptionIsValidWithoutRecommendations() throws Exception {
		assertThat(generator("validate", "--recommend", "-i", DESCRIPTION.toString()))
			.contains("No validation issues detected.");
	}

	@ParameterizedTest
	@ValueSource(strings = { "CallEverything.java", "call-everything.ts" })
	void clientCallsEveryOperation(String file) throws IOException {
		String calls = Files.readString(CALLS.resolve(file));
		assertThat(Files.readString(DESCRIPTION)
			.lines()
			.filter((line) -> line.strip().startsWith("operationId: "))
			.map((line) -> "." + line.strip().substring("operationId: ".length()) + "(")).hasSize(14)
			.allSatisfy((call) -> assertThat(calls).contains(call));
	}

	@Test
	void javaClientCompilesStrictlyAndWorks() throws Exception {
		Path client = CLIENTS.resolve("java");
		Path classes = client.resolve("classes");
		generate("java", client, "--library", "restclient", "--invoker-package", "members.client", "--api-package",
				"members.client.api", "--model-package", "members.client.model", "--additional-properties",
				"useSpringBoot4=true,useJackson3=true,useJakartaEe=true,openApiNullable=false");
		// Generated constructors call overridable methods.
		List<String> compiler = new ArrayList<>(
				List.of(java("javac"), "-Xlint:all,-this-escape", "-Werror", "-proc:none", "-cp", CLASS_PATH, "-d",
						classes.toString(), CALLS.resolve("CallEverything.java").toString()));
		try (Stream<Path> files = Files.walk(client.resolve(Path.of("src", "main", "java")))) {
			files.map(Path::toString).filter((file) -> file.endsWith(".java")).forEach(compiler::add);
		}
		run(Path.of(""), compiler.toArray(String[]::new));
		assertThat(run(Path.of(""), java("java"), "-cp", classes + File.pathSeparator + CLASS_PATH, "CallEverything",
				address()))
			.endsWith("done\n");
	}

	/**
	 * Requires npm and a registry if the variable CI is set, and is skipped otherwise.
	 */
	@Test
	void typescriptClientCompilesStrictlyAndWorks() throws Exception {
		boolean isRequired = System.getenv("CI") != null;
		assumeTrue(isRequired || Programs.find("npm").isPresent(), "npm is not installed");
		Path directory = CLIENTS.resolve("typescript");
		generate("typescript-fetch", directory.resolve("client"));
		Files.copy(CALLS.resolve("call-everything.ts"), directory.resolve("call-everything.ts"),
				StandardCopyOption.REPLACE_EXISTING);
		try {
			run(directory, Stream
				.concat(Stream.of("npm", "install", "--prefix", ".", "--no-save", "--ignore-scripts", "--no-audit",
						"--no-fund", "--prefer-offline", "--fetch-retries=0"), Stream.of(TYPESCRIPT))
				.toArray(String[]::new));
		}
		catch (AssertionError ex) {
			assumeTrue(isRequired, "TypeScript cannot be installed here");
			throw ex;
		}
		run(directory, "node_modules/.bin/tsc", "--strict", "--target", "es2022", "--module", "commonjs", "--lib",
				"es2022,dom", "--types", "node", "--outDir", "compiled", "call-everything.ts");
		assertThat(run(directory, "node", "compiled/call-everything.js", address())).endsWith("done\n");
	}

	private String address() {
		return "http://localhost:" + this.port;
	}

	private void generate(String name, Path client, String... options) throws Exception {
		FileSystemUtils.deleteRecursively(client);
		String log = generator(Stream.concat(
				Stream.of("generate", "-g", name, "-i", DESCRIPTION.toString(), "-o", client.toString(),
						"--global-property",
						"apis,models,supportingFiles,apiDocs=false,modelDocs=false,apiTests=false,modelTests=false"),
				Stream.of(options))
			.toArray(String[]::new));
		assertThat(log.lines()
			.filter((line) -> line.contains(" WARN ") || line.contains(" ERROR "))
			.filter((line) -> !line.contains(VERSION_REMARK))).isEmpty();
	}

	private String generator(String... arguments) throws Exception {
		return run(Path.of(""),
				Stream
					.concat(Stream.of(java("java"), "-XX:TieredStopAtLevel=1", "-jar", GENERATOR.toString()),
							Stream.of(arguments))
					.toArray(String[]::new));
	}

	private static String java(String program) {
		return JAVA_HOME.resolve("bin").resolve(program).toString();
	}

	/** Runs a program and returns its output. */
	private String run(Path directory, String... command) throws Exception {
		Path log = Files.createTempFile(this.logs, "log", ".txt");
		Process process = new ProcessBuilder(command).directory(directory.toAbsolutePath().toFile())
			.redirectErrorStream(true)
			.redirectOutput(log.toFile())
			.start();
		assertThat(process.waitFor(120, TimeUnit.SECONDS)).as(command[0]).isTrue();
		assertThat(process.exitValue()).as(Files.readString(log)).isZero();
		return Files.readString(log);
	}

}
