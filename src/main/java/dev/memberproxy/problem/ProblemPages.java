package dev.memberproxy.problem;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Collectors;

import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.util.HtmlUtils;

/**
 * The pages that the {@code type} of a problem leads to. They need no key, and are HTML
 * whatever the caller accepts. Links are relative, so that they work below any prefix.
 */
@RestController
class ProblemPages {

	@GetMapping("/problems")
	ResponseEntity<String> index() {
		return page("Problems", "<a href=\"docs\">API documentation</a>",
				Arrays.stream(ProblemType.values())
					.map((type) -> "<li><a href=\"%s\"><code>%s</code></a> %d: %s</li>"
						.formatted("problems/" + type.slug(), type.slug(), type.status().value(), text(type.title())))
					.collect(Collectors.joining("\n", "<ul>\n", "\n</ul>")));
	}

	@GetMapping("/problems/{slug}")
	ResponseEntity<String> problem(@PathVariable String slug) {
		ProblemType type = ProblemType.find(slug)
			.orElseThrow(() -> new ProblemException(Problem.of(ProblemType.NOT_FOUND, "There is no such problem.")));
		return page(type.title(), "<a href=\"../docs\">API documentation</a> <a href=\"../problems\">All problems</a>",
				"""
						<p><code>%s</code>, HTTP status %d %s</p>
						<dl>
						<dt>What happened</dt><dd>%s</dd>
						<dt>Outcome of the change</dt><dd>%s</dd>
						<dt>Retry</dt><dd>%s</dd>
						<dt>Who must act</dt><dd>%s.</dd>
						<dt>What to do</dt><dd>%s</dd>
						</dl>""".formatted(type.slug(), type.status().value(), text(type.status().getReasonPhrase()),
						text(type.cause()), text(type.outcome().description()), text(type.retryAdvice()),
						text(type.responsible().description()), text(type.remedy())));
	}

	private static ResponseEntity<String> page(String title, String links, String content) {
		return ResponseEntity.ok().contentType(new MediaType(MediaType.TEXT_HTML, StandardCharsets.UTF_8)).body("""
				<!DOCTYPE html>
				<html lang="en">
				<head>
				<meta charset="utf-8">
				<meta name="viewport" content="width=device-width, initial-scale=1">
				<title>%1$s</title>
				<style>
				body { font: 1rem/1.5 system-ui, sans-serif; max-width: 42rem; margin: 2rem auto; padding: 0 1rem; }
				dt { font-weight: 600; margin-top: 1rem; }
				dd { margin-left: 0; }
				code { font-size: .95em; background: #8883; padding: .1em .3em; border-radius: .2em; }
				nav a { margin-right: 1rem; }
				ul { padding-left: 1.2rem; }
				li { margin-bottom: .4rem; }
				:root { color-scheme: light dark; }
				</style>
				</head>
				<body>
				<nav>%2$s</nav>
				<h1>%1$s</h1>
				%3$s
				</body>
				</html>
				""".formatted(text(title), links, content));
	}

	/** Escapes a text of the catalog and marks up the parts in backticks as code. */
	private static String text(String text) {
		return HtmlUtils.htmlEscape(text).replaceAll("`([^`]*)`", "<code>$1</code>");
	}

}
