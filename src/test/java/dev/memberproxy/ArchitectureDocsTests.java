package dev.memberproxy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ArchitectureDocsTests {

	private static final Pattern ROW = Pattern.compile("(?m)^\\| `([a-z.]+)` \\| .* \\| ([^|]+) \\|$");

	private static final Pattern NAME = Pattern.compile("`([a-z.]+)`");

	@Test
	void tableOfPackagesIsTheOneThatIsEnforced() throws IOException {
		Map<String, Set<String>> documented = new HashMap<>();
		ROW.matcher(Files.readString(Path.of("docs", "architecture.md")))
			.results()
			.forEach((row) -> documented.put(row.group(1), names(row.group(2))));
		assertThat(documented).isEqualTo(ArchitectureTests.PACKAGES);
	}

	private static Set<String> names(String cell) {
		return NAME.matcher(cell).results().map((MatchResult name) -> name.group(1)).collect(Collectors.toSet());
	}

}
