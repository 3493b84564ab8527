package dev.memberproxy;

import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Pattern;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.WireMock;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import io.micrometer.tracing.Tracer;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.ActiveProfiles;
import org.springframework.test.context.TestPropertySource;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

class TracingTests {

	private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

	@Nested
	@WireTests
	class Off {

		@Autowired
		ApplicationContext context;

		@Test
		void thereIsNoTracer() {
			assertThat(this.context.getBeansOfType(Tracer.class)).isEmpty();
			assertThat(this.context.getBeanDefinitionNames()).noneMatch((name) -> name.contains("otlp"));
		}

	}

	@Nested
	@WireTests
	@ActiveProfiles("tracing")
	@TestPropertySource(properties = { "management.tracing.sampling.probability=1",
			"management.opentelemetry.tracing.export.schedule-delay=50ms" })
	@Import(Exporting.class)
	@ExtendWith(OutputCaptureExtension.class)
	class On {

		@LocalServerPort
		int port;

		@Autowired
		Spans spans;

		@Test
		void requestsToServiceAndSentryAreSpansWithoutAddresses(CapturedOutput output) {
			SentryStubs.onPost(aResponse().withStatus(502));
			SentryStubs.onGet(SentryStubs.list(SentryStubs.user("242", "ada@example.com", "member")));
			ApiClient.send(ApiClient.request(this.port, "/members/ada@example.com")
				.header("traceparent", "00-" + TRACE + "-00f067aa0ba902b7-01")
				.PUT(BodyPublishers.noBody())
				.build());
			ApiClient.send(ApiClient.request(this.port, "/members?userName=ada@example.com").GET().build());
			Awaitility.await().until(() -> this.spans.names().contains("http get /members"));
			List<SpanData> ofTrace = this.spans.exported.stream()
				.filter((span) -> span.getTraceId().equals(TRACE))
				.toList();
			assertThat(ofTrace).extracting(SpanData::getName)
				.contains("sentry GET")
				.anyMatch((name) -> name.startsWith("http put /members/{member"));
			assertThat(ofTrace).filteredOn((span) -> span.getName().equals("sentry GET")).allSatisfy((span) -> {
				assertThat(span.getAttributes().get(AttributeKey.stringKey("outcome"))).isEqualTo("success");
				assertThat(span.getAttributes().asMap().toString()).contains("attempt");
			});
			assertThat(this.spans.exported).allSatisfy((span) -> assertThat(span.getName() + span.getAttributes())
				.doesNotContain("ada", "example.com", "242"));
			assertThat(output.getOut()).contains("traceId=" + TRACE);
			SpanData second = this.spans.exported.stream()
				.filter((span) -> span.getName().equals("http get /members"))
				.findFirst()
				.orElseThrow();
			Awaitility.await().until(() -> output.getOut().contains("traceId=" + second.getTraceId()));
		}

		@Test
		void itemsOfABatchBelongToTheTraceOfTheCaller() {
			String trace = "0af7651916cd43dd8448eb211c80319c";
			SentryStubs.onPost(SentryStubs.created("ada@example.com", "member"));
			ApiClient.send(ApiClient.request(this.port, "/members/batch")
				.header("traceparent", "00-" + trace + "-00f067aa0ba902b7-01")
				.header("Content-Type", "application/json")
				.POST(BodyPublishers.ofString(
						"""
								[{"op":"create","userName":"ada@example.com"},{"op":"create","userName":"grace@example.com"}]"""))
				.build());
			Awaitility.await()
				.until(() -> spansOf(trace).stream().anyMatch((span) -> span.getName().startsWith("http")));
			SpanData request = spansOf(trace).stream()
				.filter((span) -> span.getName().startsWith("http"))
				.findFirst()
				.orElseThrow();
			assertThat(spansOf(trace)).filteredOn((span) -> span.getName().equals("sentry POST"))
				.hasSize(2)
				.allSatisfy((span) -> assertThat(span.getParentSpanId()).isEqualTo(request.getSpanId()));
		}

		private List<SpanData> spansOf(String trace) {
			return this.spans.exported.stream().filter((span) -> span.getTraceId().equals(trace)).toList();
		}

	}

	@Nested
	@ExtendWith(OutputCaptureExtension.class)
	class Collecting {

		private static final String ENDPOINT = "management.opentelemetry.tracing.export.otlp.endpoint";

		private final WireMockServer collector = new WireMockServer(WireMockConfiguration.options().dynamicPort());

		@BeforeEach
		void collect() {
			this.collector.start();
			this.collector.stubFor(WireMock.any(WireMock.anyUrl()).willReturn(aResponse().withStatus(200)));
		}

		@AfterEach
		void stop() {
			this.collector.stop();
		}

		@ParameterizedTest
		@CsvSource(nullValues = "none",
				value = { "none, /v1/traces", "/, /v1/traces", "/v1/traces, /v1/traces", "/tenant/otlp, /tenant/otlp" })
		void spansAreSentToTheTracesPathByDefault(@Nullable String path, String expected, CapturedOutput output) {
			String endpoint = this.collector.baseUrl() + Objects.requireNonNullElse(path, "");
			try (var service = start("demo,tracing", "--" + ENDPOINT + "=" + endpoint)) {
				ApiClient.get(service.getEnvironment().getRequiredProperty("local.server.port", Integer.class),
						"/members");
				awaitSpansAt(expected);
			}
			assertThat(output.getAll()).doesNotContain("no spans are sent", "collectors use for gRPC");
		}

		/** A separate process, because the test needs an environment variable. */
		@Test
		void spansAreSentToTheOpenTelemetryVariable(@TempDir Path directory) throws Exception {
			ProcessBuilder service = new ProcessBuilder(
					Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
					System.getProperty("java.class.path"), MemberProxyApplication.class.getName(), "--server.port=0",
					"--management.server.port=0", "--spring.profiles.active=demo,tracing",
					"--management.tracing.sampling.probability=1",
					"--management.opentelemetry.tracing.export.schedule-delay=50ms")
				.redirectErrorStream(true)
				.redirectOutput(directory.resolve("log").toFile());
			service.environment().put("OTEL_EXPORTER_OTLP_ENDPOINT", this.collector.baseUrl());
			Process process = service.start();
			try {
				ApiClient.get(portIn(directory.resolve("log")), "/members");
				awaitSpansAt("/v1/traces");
			}
			finally {
				process.destroyForcibly().waitFor();
			}
		}

		@Test
		void startWhenEndpointHasTheGrpcPortWarnsOnce(CapturedOutput output) {
			start("demo,tracing", "--" + ENDPOINT + "=http://localhost:4317").close();
			assertThat(output.getAll()).containsOnlyOnce(ENDPOINT + " has port 4317, which collectors use for gRPC.")
				.containsOnlyOnce("Use the collector's port for HTTP, usually 4318.");
		}

		@ParameterizedTest
		@ValueSource(strings = { "collector:4318", "collector", "", "ftp://user:secret@collector",
				"http://user:secret@col lector:4318" })
		void startWhenEndpointIsInvalidExplainsWithoutTheValue(String endpoint, CapturedOutput output) {
			assertThatException().isThrownBy(() -> start("demo,tracing", "--" + ENDPOINT + "=" + endpoint));
			assertThat(output.getAll()).containsOnlyOnce("APPLICATION FAILED TO START")
				.contains(ENDPOINT + " (OTEL_EXPORTER_OTLP_ENDPOINT) is not the address of a collector.")
				.contains("Set it to an address such as http://collector:4318.")
				.doesNotContain("\tat ", "secret");
		}

		@Test
		void startWhenTransportIsGrpcExplainsHttp(CapturedOutput output) {
			assertThatException().isThrownBy(() -> start("demo,tracing", "--" + ENDPOINT + "=http://collector:4317",
					"--management.opentelemetry.tracing.export.otlp.transport=grpc"));
			assertThat(output.getAll()).containsOnlyOnce("APPLICATION FAILED TO START")
				.contains("(OTEL_EXPORTER_OTLP_PROTOCOL) is gRPC, which this service does not support.")
				.doesNotContain("\tat ");
		}

		@Test
		void startWhenProfileHasNoEndpointWarns(CapturedOutput output) {
			start("demo,tracing").close();
			assertThat(output.getAll()).containsOnlyOnce(
					"The profile tracing is active, but no spans are sent, because " + ENDPOINT + " is not set.");
		}

		@Test
		void startWhenEndpointHasNoProfileWarns(CapturedOutput output) {
			start("demo", "--" + ENDPOINT + "=http://collector:4318").close();
			assertThat(output.getAll())
				.containsOnlyOnce("is set, but no spans are sent, because the profile tracing is not active.");
		}

		private static int portIn(Path log) {
			Pattern listening = Pattern.compile("http://localhost:(\\d+)");
			return Awaitility.await()
				.atMost(Duration.ofSeconds(60))
				.until(() -> listening.matcher(Files.readString(log)).results().findFirst(), Optional::isPresent)
				.map((found) -> Integer.parseInt(found.group(1)))
				.orElseThrow();
		}

		private void awaitSpansAt(String path) {
			Awaitility.await()
				.atMost(Duration.ofSeconds(60))
				.untilAsserted(() -> this.collector.verify(WireMock.postRequestedFor(WireMock.urlEqualTo(path))
					.withHeader("Content-Type", WireMock.equalTo("application/x-protobuf"))));
		}

		private static ConfigurableApplicationContext start(String profiles, String... properties) {
			return new SpringApplicationBuilder(MemberProxyApplication.class).profiles(profiles.split(","))
				.properties("server.port=0", "management.server.port=0", "spring.main.register-shutdown-hook=false",
						"members.shutdown.drain=0", "management.tracing.sampling.probability=1",
						"management.opentelemetry.tracing.export.schedule-delay=50ms")
				.run(properties);
		}

	}

	@TestConfiguration(proxyBeanMethods = false)
	static class Exporting {

		@Bean
		Spans spans() {
			return new Spans();
		}

	}

	static final class Spans implements SpanExporter {

		private final Queue<SpanData> exported = new ConcurrentLinkedQueue<>();

		List<String> names() {
			return this.exported.stream().map(SpanData::getName).toList();
		}

		@Override
		public CompletableResultCode export(Collection<SpanData> spans) {
			this.exported.addAll(spans);
			return CompletableResultCode.ofSuccess();
		}

		@Override
		public CompletableResultCode flush() {
			return CompletableResultCode.ofSuccess();
		}

		@Override
		public CompletableResultCode shutdown() {
			return CompletableResultCode.ofSuccess();
		}

	}

}
