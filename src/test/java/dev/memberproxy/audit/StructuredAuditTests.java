package dev.memberproxy.audit;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import dev.memberproxy.ApiClient;
import dev.memberproxy.MemberProxyApplication;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/** Audit lines in structured logs, which one property enables. */
@Timeout(60)
class StructuredAuditTests {

	private static final Pattern STARTED = Pattern.compile("Tomcat started on port (\\d+)");

	private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";

	/**
	 * In a process of its own: the log format applies to a whole process.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "demo", "demo,tracing" })
	void auditLineWhenLogIsStructuredHasEveryField(String profiles) throws IOException {
		Process service = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
				System.getProperty("java.class.path"), MemberProxyApplication.class.getName(),
				"--spring.profiles.active=" + profiles, "--server.port=0", "--management.server.port=0",
				"--logging.structured.format.console=ecs")
			.redirectError(ProcessBuilder.Redirect.INHERIT)
			.start();
		try (BufferedReader log = service.inputReader()) {
			MatchResult started = STARTED.matcher(line(log, "Tomcat started on port"))
				.results()
				.findFirst()
				.orElseThrow();
			ApiClient.send(ApiClient.request(Integer.parseInt(started.group(1)), "/members/ada@example.com")
				.header("X-Request-Id", "request-1")
				.header("traceparent", "00-" + TRACE + "-b7ad6b7169203331-01")
				.build());
			JsonNode line = JsonMapper.shared().readTree(line(log, "operation=read"));
			assertThat(line.at("/log/logger").stringValue()).isEqualTo("audit");
			assertThat(line.path("message").stringValue()).startsWith("client=open operation=read ")
				.contains(" problem=member-not-found ", " requestId=request-1")
				.isEqualTo(fields(line.path("audit")));
			assertThat(line.at("/audit/upstreamStatus").intValue()).isEqualTo(200);
			assertThat(line.path("trace.id").stringValue()).isEqualTo(line.at("/audit/traceId").stringValue())
				.isEqualTo(TRACE);
		}
		finally {
			service.destroy();
		}
	}

	/** The fields as the text of the line shows them. */
	private static String fields(JsonNode audit) {
		return audit.properties()
			.stream()
			.map((field) -> field.getKey() + "=" + field.getValue().asString())
			.collect(Collectors.joining(" "));
	}

	private static String line(BufferedReader log, String text) throws IOException {
		String line = Objects.requireNonNull(log.readLine(), "The service ended");
		while (!line.contains(text)) {
			line = Objects.requireNonNull(log.readLine(), "The service ended");
		}
		return line;
	}

}
