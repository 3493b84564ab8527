package dev.memberproxy.channel;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import dev.memberproxy.core.Ids;
import dev.memberproxy.sentry.Failure;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpMethod;

/**
 * The metrics of the channel to one organization's Sentry. All tags are closed sets; none
 * contains an address or an id.
 */
final class ChannelMetrics {

	private static final String METHOD = "method";

	private static final List<State> STATES = List.of(State.CLOSED, State.HALF_OPEN, State.OPEN);

	private final MeterRegistry registry;

	private final Tags organization;

	private final MeterProvider<Timer> calls;

	private final MeterProvider<Counter> retries;

	private final MeterProvider<Counter> reconciliations;

	private final MeterProvider<Timer> waits;

	private final MeterProvider<Counter> rejections;

	ChannelMetrics(MeterRegistry registry, String alias) {
		this.registry = registry;
		this.organization = Tags.of("organization", alias);
		this.calls = Timer.builder("sentry.calls")
			.description("Requests to Sentry, by the status of the response")
			.tags(this.organization)
			.withRegistry(registry);
		this.retries = Counter.builder("sentry.retries")
			.description("Retries of requests to Sentry, by reason")
			.tags(this.organization)
			.withRegistry(registry);
		this.reconciliations = Counter.builder("sentry.settlements")
			.description("Changes whose outcome had to be reconciled, by result")
			.tags(this.organization)
			.withRegistry(registry);
		this.waits = Timer.builder("sentry.pacing.wait")
			.description("Time that requests to Sentry spend in the queue")
			.tags(this.organization)
			.withRegistry(registry);
		this.rejections = Counter.builder("sentry.pacing.refusals")
			.description("Requests rejected because the queue was too long")
			.tags(this.organization)
			.withRegistry(registry);
	}

	void observe(HttpMethod method, RequestQueue queue) {
		Gauge.builder("sentry.pacing.waiting", queue, RequestQueue::waiting)
			.description("Requests in the queue")
			.tags(this.organization.and(METHOD, method.name()))
			.register(this.registry);
	}

	void observe(SentryCircuitBreaker breaker) {
		for (State state : STATES) {
			Gauge.builder("sentry.breaker.state", breaker, (observed) -> (observed.state() == state) ? 1 : 0)
				.description("1 for the state of the circuit breaker, 0 for the others")
				.tags(this.organization.and("state", Ids.kebab(state)))
				.register(this.registry);
		}
	}

	void observe(Supplier<UpstreamHealth> health) {
		for (HealthIssue.Code code : HealthIssue.Code.values()) {
			Gauge.builder("sentry.health.issue", health, (observed) -> observed.get().has(code) ? 1 : 0)
				.description("1 while health reports the issue, 0 otherwise")
				.tags(this.organization.and("issue", code.id()))
				.strongReference(true)
				.register(this.registry);
		}
	}

	void called(HttpMethod method, @Nullable Integer status, long nanos) {
		this.calls.withTags(METHOD, method.name(), "status", (status != null) ? status.toString() : "none")
			.record(nanos, TimeUnit.NANOSECONDS);
	}

	void waited(HttpMethod method, long nanos) {
		this.waits.withTag(METHOD, method.name()).record(nanos, TimeUnit.NANOSECONDS);
	}

	void rejected(HttpMethod method) {
		this.rejections.withTag(METHOD, method.name()).increment();
	}

	void retriedAfter(Failure failure) {
		retried((failure instanceof Failure.NotProcessed notProcessed) ? Ids.kebab(notProcessed.reason())
				: "no-answer");
	}

	void retriedWithNewToken() {
		retried("new-token");
	}

	void retriedToReconcile() {
		retried("settling");
	}

	private void retried(String reason) {
		this.retries.withTag("reason", reason).increment();
	}

	void reconciled(boolean confirmed) {
		this.reconciliations.withTag("result", confirmed ? "confirmed" : "unknown").increment();
	}

}
