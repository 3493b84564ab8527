package dev.memberproxy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** The alerts fire under their conditions, and the page for operators lists each. */
class AlertsTests {

	private static final Path RULES = Path.of("deploy", "observability", "alerts.yml");

	private static final Path TESTS = RULES.resolveSibling("alerts-test.yml");

	private static final Pattern ALERT = Pattern.compile("(?m)^ *- alert: (\\w+)$");

	private static final Pattern TESTED = Pattern.compile("(?m)^ *- alertname: (\\w+)$");

	private static final Pattern ROW = Pattern.compile("(?m)^\\| `(MemberProxy\\w+)` \\|");

	@Test
	void rulesAreValidForPrometheus() throws Exception {
		promtool("check", "rules", RULES.toString());
	}

	@Test
	void alertsFireUnderTheirConditions() throws Exception {
		// promtool reports an unknown alert as one that does not fire.
		assertThat(names(RULES, ALERT)).containsAll(names(TESTS, TESTED));
		promtool("test", "rules", TESTS.toString());
	}

	@Test
	void pageListsEachAlert() throws IOException {
		assertThat(names(RULES, ALERT)).isNotEmpty()
			.doesNotHaveDuplicates()
			.isEqualTo(names(Path.of("docs", "operations.md"), ROW));
	}

	private static List<String> names(Path file, Pattern pattern) throws IOException {
		return pattern.matcher(Files.readString(file)).results().map((name) -> name.group(1)).toList();
	}

	private static void promtool(String... arguments) throws Exception {
		Path program = Programs.find("promtool").orElse(null);
		assumeTrue(program != null, "promtool is not installed");
		ProcessBuilder builder = new ProcessBuilder(arguments).redirectErrorStream(true);
		builder.command().addFirst(program.toString());
		Process process = builder.start();
		String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		assertThat(process.waitFor()).as(output).isZero();
	}

}
