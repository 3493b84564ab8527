package dev.memberproxy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.Yaml;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.ActiveProfiles;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Runs the recipes of {@code docs/recipes.md}, in their order and as they stand there,
 * against the built-in Sentry. One whose interpreter is not installed is skipped.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT, properties = "management.server.port=0")
@ActiveProfiles("demo")
class RecipesTests {

	private static final Pattern RECIPE = Pattern.compile(
			"\\n## (.+?)\\n(?:(?!\\n## ).)*?\\n```(bash|java|python|javascript|yaml)\\n(.*?)```\\n\\n```text\\n(.*?)```",
			Pattern.DOTALL);

	private static final List<List<String>> SHELL = List.of(List.of("bash", "--version"), List.of("jq", "--version"),
			List.of("curl", "--silent", "-o", "/dev/null", "-w", "%{header_json}", "file:///dev/null"));

	private static final Map<String, List<List<String>>> NEEDED = Map.of("bash", SHELL, "yaml", SHELL, "python",
			List.of(List.of("python3", "-c", "import requests")), "javascript",
			List.of(List.of("node", "-e", "fetch.name")));

	@LocalServerPort
	int port;

	@TempDir
	Path directory;

	@TestFactory
	List<DynamicTest> recipes() throws IOException {
		String page = Files.readString(Path.of("docs/recipes.md"));
		Matcher recipe = RECIPE.matcher(page);
		List<DynamicTest> tests = new ArrayList<>();
		while (recipe.find()) {
			String language = recipe.group(2);
			String script = recipe.group(3);
			String expected = recipe.group(4);
			tests.add(DynamicTest.dynamicTest(recipe.group(1), () -> run(language, script, expected)));
		}
		assertThat(tests).hasSize(page.split("\n## ").length - 1);
		return tests;
	}

	private void run(String language, String script, String expected) throws Exception {
		for (List<String> needed : NEEDED.getOrDefault(language, List.of())) {
			assumeTrue(isInstalled(needed), String.join(" ", needed));
		}
		List<String> command = switch (language) {
			case "bash" -> List.of("bash", "-euo", "pipefail", file("recipe.sh", script));
			case "yaml" -> List.of("bash", "-euo", "pipefail", file("step.sh", step(script)));
			case "python" -> List.of("python3", file("recipe.py", script));
			case "javascript" -> List.of("node", file("recipe.js", script));
			case "java" -> List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
					System.getProperty("java.class.path"), file("Onboarding.java", script));
			default -> throw new AssertionError(language);
		};
		ProcessBuilder builder = new ProcessBuilder(command).directory(this.directory.toFile());
		builder.environment().put("MEMBERS_URL", "http://localhost:" + this.port);
		builder.environment().put("MEMBERS_KEY", "smp_recipes");
		Path out = this.directory.resolve("out.txt");
		Path err = this.directory.resolve("err.txt");
		Process process = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
		assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
		assertThat(process.exitValue()).as(Files.readString(out) + Files.readString(err)).isZero();
		assertThat(Files.readString(out)).as(Files.readString(err)).isEqualTo(expected);
	}

	private static boolean isInstalled(List<String> command) throws InterruptedException {
		try {
			return new ProcessBuilder(command).redirectErrorStream(true)
				.redirectOutput(ProcessBuilder.Redirect.DISCARD)
				.start()
				.waitFor() == 0;
		}
		catch (IOException ex) {
			// There is no such program.
			return false;
		}
	}

	private String file(String name, String text) throws IOException {
		return Files.writeString(this.directory.resolve(name), text).toString();
	}

	private static String step(String yaml) {
		List<Map<String, String>> steps = new Yaml().load(yaml);
		return steps.getFirst().get("run");
	}

}
