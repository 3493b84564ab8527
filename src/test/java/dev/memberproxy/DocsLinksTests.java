package dev.memberproxy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Links between pages point to existing files and headings. */
class DocsLinksTests {

	private static final Pattern CODE = Pattern.compile("(?ms)^ *```.*?^ *```$|`[^`\\n]*`");

	private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");

	private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6} +(.+?) *$");

	private static final Pattern FENCED = Pattern.compile("(?ms)^ *```.*?^ *```$");

	static Stream<Path> pages() throws IOException {
		List<Path> pages = new ArrayList<>();
		for (String directory : List.of("", "docs", "deploy/kubernetes", "bench")) {
			try (Stream<Path> files = Files.list(Path.of(directory).toAbsolutePath())) {
				files.filter((file) -> file.toString().endsWith(".md")).forEach(pages::add);
			}
		}
		Path root = Path.of("").toAbsolutePath();
		return pages.stream().map(root::relativize).sorted();
	}

	@ParameterizedTest
	@MethodSource("pages")
	void linksPointToExistingFilesAndHeadings(Path page) throws IOException {
		String text = CODE.matcher(Files.readString(page)).replaceAll("");
		List<String> targets = LINK.matcher(text)
			.results()
			.map((link) -> link.group(1))
			.filter((target) -> !target.matches("[a-z]+:.*"))
			.toList();
		assertThat(targets.stream().filter((target) -> !exists(page, target))).as("Broken links of %s", page).isEmpty();
	}

	@Test
	void headingsHaveTheAnchorsOfGitHub() {
		assertThat(anchors(
				"# Run `it` with C#\n\n```\n# no heading\n```\n\n## Requests, audit log\n## Requests, audit log\n"))
			.containsExactlyInAnyOrder("run-it-with-c", "requests-audit-log", "requests-audit-log-1");
	}

	private static boolean exists(Path page, String target) {
		String[] parts = target.split("#", 2);
		Path file = parts[0].isEmpty() ? page : page.resolveSibling(parts[0]).normalize();
		try {
			return Files.exists(file) && (parts.length == 1 || anchors(Files.readString(file)).contains(parts[1]));
		}
		catch (IOException ex) {
			throw new AssertionError(ex);
		}
	}

	private static Set<String> anchors(String page) {
		Map<String, Integer> seen = new HashMap<>();
		return HEADING.matcher(FENCED.matcher(page).replaceAll(""))
			.results()
			.map(DocsLinksTests::anchor)
			.map((anchor) -> {
				int earlier = seen.merge(anchor, 1, Integer::sum) - 1;
				return (earlier == 0) ? anchor : anchor + "-" + earlier;
			})
			.collect(Collectors.toUnmodifiableSet());
	}

	private static String anchor(MatchResult heading) {
		return heading.group(1).toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-');
	}

}
