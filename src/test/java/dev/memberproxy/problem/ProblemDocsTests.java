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
	void errorsPageMatchesCatalog() throws IOException {
		String expected = errorsPage();
		Path made = Path.of("target", "errors.md");
		Files.writeString(made, expected);
		assertThat(Path.of("docs", "errors.md")).as("If the catalog is right: cp target/errors.md docs/errors.md")
			.hasContent(expected);
	}

	private static String errorsPage() {
		return """
				# Problems

				Every error response is `application/problem+json` (RFC 9457). It has these members:

				| member | meaning |
				|---|---|
				| `type`, `title`, `status`, `detail`, `instance` | as in RFC 9457 |
				| `retryable` | whether sending the same request again is safe and may succeed |
				| `outcome` | the outcome of the requested change: `not_applied` or `unknown` |
				| `requestId` | the id of the request in the log |
				| `errors` | for invalid input: one entry for each error, with the JSON `pointer`, query `parameter` or `header` that it is about, if any |
				| `member`, `members` | the members that conflict with the request, if your app may see them |
				| `upstream` | the `status` of Sentry's response, and Sentry's `errorId` if there is one |

				The table lists the usual status and outcome of each problem. There are two exceptions:

				- `outcome-unknown` has status 504 if Sentry did not respond before the deadline.
				- `sentry-misconfigured` has the outcome `unknown` if a change was sent and a lookup does not show it.

				| problem | status | retryable | outcome | who must act |
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
					type.status().value(), type.retryable() ? "yes" : "no", type.outcome().id(),
					type.responsible().description()))
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
