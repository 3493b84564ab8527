package dev.memberproxy.delivery;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import dev.memberproxy.sentry.Failure;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpMethod;

/**
 * Counts what happens on the way to one organization's Sentry. All tags are closed sets;
 * none holds an address or an id.
 */
final class LineMetrics {

	private static final String METHOD = "method";

	private final MeterRegistry registry;

	private final Tags organization;

	private final MeterProvider<Timer> calls;

	/** What the registry would have to search for with each call. */
	private final Map<Ending, Timer> callsByEnding = new ConcurrentHashMap<>();

	private final MeterProvider<Counter> retries;

	private final MeterProvider<Counter> settlements;

	private final MeterProvider<Timer> waits;

	private final Map<HttpMethod, Timer> waitsByMethod = new ConcurrentHashMap<>();

	private final MeterProvider<Counter> refusals;

	/**
	 * @param registry where to count
	 * @param alias the organization
	 */
	LineMetrics(MeterRegistry registry, String alias) {
		this.registry = registry;
		this.organization = Tags.of("organization", alias);
		this.calls = Timer.builder("sentry.calls")
			.description("Calls to Sentry, by the status of its answer")
			.tags(this.organization)
			.withRegistry(registry);
		this.retries = Counter.builder("sentry.retries")
			.description("Calls to Sentry that were repeated, by the reason")
			.tags(this.organization)
			.withRegistry(registry);
		this.settlements = Counter.builder("sentry.settlements")
			.description("Changes whose end was not seen, by what was found out")
			.tags(this.organization)
			.withRegistry(registry);
		this.waits = Timer.builder("sentry.pacing.wait")
			.description("How long calls wait for their turn")
			.tags(this.organization)
			.withRegistry(registry);
		this.refusals = Counter.builder("sentry.pacing.refusals")
			.description("Calls that were refused because they would have had to wait too long")
			.tags(this.organization)
			.withRegistry(registry);
	}

	void observe(HttpMethod method, Pacer pacer) {
		Gauge.builder("sentry.pacing.waiting", pacer, Pacer::waiting)
			.description("How many calls wait for their turn")
			.tags(this.organization.and(METHOD, method.name()))
			.register(this.registry);
	}

	void observe(OutageBreaker breaker) {
		for (OutageBreaker.State state : OutageBreaker.State.values()) {
			Gauge.builder("sentry.breaker.state", breaker, (observed) -> (observed.state() == state) ? 1 : 0)
				.description("1 for the state that the breaker is in, 0 for the others")
				.tags(this.organization.and("state", state.id()))
				.register(this.registry);
		}
	}

	void observe(Supplier<UpstreamHealth> health) {
		for (Trouble.Code code : Trouble.Code.values()) {
			Gauge.builder("sentry.health.issue", health, (observed) -> observed.get().has(code) ? 1 : 0)
				.description("1 while health reports the issue, 0 otherwise")
				.tags(this.organization.and("issue", code.id()))
				.strongReference(true)
				.register(this.registry);
		}
	}

	void called(HttpMethod method, @Nullable Integer status, long nanos) {
		this.callsByEnding.computeIfAbsent(new Ending(method, status), (ending) -> this.calls.withTags(ending.tags()))
			.record(nanos, TimeUnit.NANOSECONDS);
	}

	void waited(HttpMethod method, long nanos) {
		this.waitsByMethod.computeIfAbsent(method, (key) -> this.waits.withTag(METHOD, key.name()))
			.record(nanos, TimeUnit.NANOSECONDS);
	}

	void refused(HttpMethod method) {
		this.refusals.withTag(METHOD, method.name()).increment();
	}

	void retriedAfter(Failure failure) {
		retried(switch (failure) {
			case Failure.NotSent _ -> "not-sent";
			case Failure.NotForwarded _ -> "not-forwarded";
			case Failure.RateLimited _ -> "rate-limited";
			case Failure.Refusal _, Failure.Ambiguous _ -> "no-answer";
		});
	}

	void retriedWithNewToken() {
		retried("new-token");
	}

	void retriedToSettle() {
		retried("settling");
	}

	private void retried(String reason) {
		this.retries.withTag("reason", reason).increment();
	}

	void settled(Delivered end) {
		this.settlements.withTag("result", (end instanceof Delivered.Confirmed) ? "confirmed" : "unknown").increment();
	}

	/**
	 * How a call to Sentry ended.
	 *
	 * @param method the method of the call
	 * @param status the status of the answer; null if there was none
	 */
	private record Ending(HttpMethod method, @Nullable Integer status) {

		Tags tags() {
			return Tags.of(METHOD, this.method.name(), "status",
					(this.status != null) ? this.status.toString() : "none");
		}

	}

}
