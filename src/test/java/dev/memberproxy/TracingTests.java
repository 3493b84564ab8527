package dev.memberproxy;

import java.net.http.HttpRequest.BodyPublishers;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.micrometer.tracing.Tracer;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.ActiveProfiles;
import org.springframework.test.context.TestPropertySource;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static org.assertj.core.api.Assertions.assertThat;

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
		void callsOfTheServiceAndToSentryAreSpansWithoutAddresses(CapturedOutput output) {
			SentryStubs.onPost(aResponse().withStatus(502));
			SentryStubs.onGet(SentryStubs.list(SentryStubs.user("242", "ada@example.com", "member")));
			Call.send(Call.request(this.port, "/members/ada@example.com")
				.header("traceparent", "00-" + TRACE + "-00f067aa0ba902b7-01")
				.PUT(BodyPublishers.noBody())
				.build());
			Call.send(Call.request(this.port, "/members?userName=ada@example.com").GET().build());
			Awaitility.await().until(() -> this.spans.names().contains("http get /members"));
			List<SpanData> ofTrace = this.spans.exported.stream()
				.filter((span) -> span.getTraceId().equals(TRACE))
				.toList();
			assertThat(ofTrace).extracting(SpanData::getName)
				.contains("sentry GET")
				.anyMatch((name) -> name.startsWith("http put /members/{ref"));
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
			Call.send(Call.request(this.port, "/members/batch")
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
