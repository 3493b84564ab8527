package dev.memberproxy.problem;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ProblemDocsTests {

	@Test
	void errorsPageTellsWhatTheCatalogueSays() throws IOException {
		String expected = errorsPage();
		Path made = Path.of("target", "errors.md");
		Files.writeString(made, expected);
		assertThat(Path.of("docs", "errors.md")).as("If the catalogue is right: cp target/errors.md docs/errors.md")
			.hasContent(expected);
	}

	private static String errorsPage() {
		return """
				# Problems

				Every error answer is `application/problem+json` (RFC 9457). Besides `type`, `title`, `status`, `detail` and
				`instance` it has `retryable` (sending the same request again is harmless and may succeed), `outcome`
				(`not_applied`, `applied` or `unknown`) and `requestId`. Faulty input adds `errors`, one entry for each fault, with
				the JSON `pointer`, query `parameter` or `header` that it is about, if it is about one. Problems that come from Sentry's
				answer add `upstream` with its `status`, and its `errorId` if it gave one.

				`outcome-unknown` has status 504 where Sentry did not answer in time. `sentry-misconfigured` has the outcome
				`unknown` where a web page answered with a 2xx status.

				| problem | status | retryable | outcome | who has to act |
				|---|---|---|---|---|
				%s

				## Codes in `errors`

				| code | meaning |
				|---|---|
				%s

				%s
				"""
			.formatted(rows(), codes(), sections())
			.stripTrailing() + "\n";
	}

	private static String rows() {
		return Arrays.stream(ProblemType.values())
			.map((type) -> "| [`%1$s`](#%1$s) | %2$d | %3$s | `%4$s` | %5$s |".formatted(type.slug(),
					type.status().value(), (type.retry() == Retry.SAFE) ? "yes" : "no", type.outcome().id(),
					type.fault().description()))
			.collect(Collectors.joining("\n"));
	}

	private static String codes() {
		return Arrays.stream(InputCode.values())
			.map((code) -> "| `%s` | %s |".formatted(code.id(), code.description()))
			.collect(Collectors.joining("\n"));
	}

	private static String sections() {
		return Arrays.stream(ProblemType.values())
			.map((type) -> "## %s\n\n%d, %s. %s\n\n%s\n".formatted(type.slug(), type.status().value(), type.title(),
					type.cause(), type.remedy()))
			.collect(Collectors.joining("\n"));
	}

}
