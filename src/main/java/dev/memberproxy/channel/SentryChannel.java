package dev.memberproxy.channel;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.memberproxy.channel.RequestQueue.Priority;
import dev.memberproxy.channel.RequestQueue.Slot;
import dev.memberproxy.channel.SentryCircuitBreaker.Permission;
import dev.memberproxy.channel.UpstreamStatus.Observation;
import dev.memberproxy.core.AttemptObserver;
import dev.memberproxy.organizations.Organization;
import dev.memberproxy.organizations.SecretToken;
import dev.memberproxy.sentry.AttemptListener;
import dev.memberproxy.sentry.Failure;
import dev.memberproxy.sentry.Failure.NotProcessed;
import dev.memberproxy.sentry.Failure.NotProcessedReason;
import dev.memberproxy.sentry.RateLimits;
import dev.memberproxy.sentry.SentryGateway;
import dev.memberproxy.sentry.SentryRequest;
import dev.memberproxy.sentry.SentryResult;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.tracing.Tracer;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpMethod;

/**
 * The only way to the Sentry of one organization: applies circuit breaker, queue and
 * token, and observes each response. Sentry counts each HTTP method separately, and so do
 * the queues.
 */
final class SentryChannel {

	private final Organization organization;

	private final SentryGateway gateway;

	private final Map<HttpMethod, RequestQueue> queues;

	private final SentryCircuitBreaker breaker;

	private final UpstreamStatus status;

	private final ChannelMetrics metrics;

	private final AttemptSpans spans;

	private final LongSupplier nanoClock;

	SentryChannel(Organization organization, SentryGateway gateway, SharedWindows windows, Duration openDuration,
			LongSupplier nanoClock, InstantSource clock, MeterRegistry meterRegistry, Tracer tracer) {
		this.organization = organization;
		this.gateway = gateway;
		this.queues = Stream.of(HttpMethod.GET, HttpMethod.POST, HttpMethod.PUT, HttpMethod.DELETE)
			.collect(Collectors.toUnmodifiableMap(Function.identity(),
					(method) -> new RequestQueue(organization.pacing(), nanoClock, windows.of(organization, method))));
		this.breaker = new SentryCircuitBreaker(organization.alias(), openDuration, nanoClock);
		this.status = new UpstreamStatus(clock, organization.token()::current);
		this.metrics = new ChannelMetrics(meterRegistry, organization.alias());
		this.spans = new AttemptSpans(tracer, organization.alias());
		this.queues.forEach(this.metrics::observe);
		this.metrics.observe(this.breaker);
		this.metrics.observe(this::health);
		this.nanoClock = nanoClock;
	}

	/**
	 * Sends a request once, as soon as it may be sent.
	 * @param <T> what a successful response contains
	 * @param request the request
	 * @param deadline when the attempt must have ended
	 * @param priority the place in the queue
	 * @param observer learns of each attempt
	 * @return the result; not processed if the queue is full or the circuit breaker open
	 */
	<T> SentryResult<T> send(SentryRequest<T> request, Deadline deadline, Priority priority, AttemptObserver observer) {
		boolean guarded = priority != Priority.RECONCILIATION;
		if (guarded && !this.breaker.admitsRequests()) {
			return circuitOpen();
		}
		RequestQueue queue = queue(request);
		long start = this.nanoClock.getAsLong();
		return switch (queue.enter(priority, deadline)) {
			case RequestQueue.Full(Duration retryAfter) -> {
				if (priority == Priority.NEW || priority == Priority.RETRY) {
					this.metrics.rejected(request.method());
				}
				yield new SentryResult.Failed<>(NotProcessed.queueFull(retryAfter));
			}
			case Slot slot when deadline.hasPassed() -> {
				slot.close();
				yield new SentryResult.Failed<>(NotProcessed.queueFull(Duration.ZERO));
			}
			case Slot slot when guarded -> {
				this.metrics.waited(request.method(), this.nanoClock.getAsLong() - start);
				yield sendGuarded(request, deadline, slot, observer);
			}
			case Slot slot -> sendWithCurrentToken(request, deadline, slot, observer);
		};
	}

	/** The breaker may have opened while the request was in the queue. */
	private <T> SentryResult<T> sendGuarded(SentryRequest<T> request, Deadline deadline, Slot slot,
			AttemptObserver observer) {
		try (Permission permission = this.breaker.acquire().orElse(null)) {
			if (permission == null) {
				slot.close();
				return circuitOpen();
			}
			SentryResult<T> result = sendWithCurrentToken(request, deadline, slot, observer);
			permission.record(request.subject(), result);
			return result;
		}
	}

	/**
	 * Sends the request again, once, if its token was replaced meanwhile: Sentry
	 * processes nothing with a token that it rejects.
	 */
	private <T> SentryResult<T> sendWithCurrentToken(SentryRequest<T> request, Deadline deadline, Slot slot,
			AttemptObserver observer) {
		SecretToken token = this.organization.token().current();
		SentryResult<T> result = sendOnce(request, deadline, slot, token, observer);
		if (isOutdated(token, result) && queue(request).enter(Priority.RETRY, deadline) instanceof Slot second) {
			this.metrics.retriedWithNewToken();
			return sendOnce(request, deadline, second, this.organization.token().current(), observer);
		}
		return result;
	}

	private <T> SentryResult<T> sendOnce(SentryRequest<T> request, Deadline deadline, Slot slot, SecretToken token,
			AttemptObserver observer) {
		try (slot) {
			int attempt = observer.attempt(request.isChange());
			Listener listener = new Listener(slot, observer, request.isChange());
			long start = this.nanoClock.getAsLong();
			SentryResult<T> result = this.spans.record(request, attempt,
					() -> this.gateway.send(this.organization, token, request, deadline.remaining(), listener));
			this.metrics.called(request.method(), listener.status, this.nanoClock.getAsLong() - start);
			this.status.observe(request, token, result);
			if (result instanceof SentryResult.Failed<T>(NotProcessed failure)
					&& failure.reason() == NotProcessedReason.RATE_LIMITED) {
				queue(request).pause(failure.retryAfter());
			}
			return result;
		}
	}

	private RequestQueue queue(SentryRequest<?> request) {
		return Objects.requireNonNull(this.queues.get(request.method()));
	}

	private boolean isOutdated(SecretToken token, SentryResult<?> result) {
		return result instanceof SentryResult.Failed<?>(Failure.Refusal refusal)
				&& refusal.reason() == Failure.RefusalReason.TOKEN_REJECTED
				&& this.organization.token().replaces(token);
	}

	private <T> SentryResult<T> circuitOpen() {
		return new SentryResult.Failed<>(NotProcessed.circuitOpen(this.breaker.openDuration()));
	}

	boolean isCircuitOpen() {
		return !this.breaker.isClosed();
	}

	ChannelMetrics metrics() {
		return this.metrics;
	}

	/** Whether Sentry is usable, as far as requests have shown. */
	UpstreamHealth health() {
		List<HealthIssue> issues = new ArrayList<>();
		if (isCircuitOpen()) {
			issues.add(HealthIssue.CIRCUIT_OPEN);
		}
		Optional<Observation> last = this.status.last();
		last.map(Observation::failure).map(HealthIssue::of).ifPresent(issues::add);
		this.status.denied().stream().map(HealthIssue::of).distinct().forEach(issues::add);
		return new UpstreamHealth(issues, last.map(Observation::at).orElse(null));
	}

	private static final class Listener implements AttemptListener {

		private final Slot slot;

		private final AttemptObserver observer;

		private final boolean change;

		private @Nullable Integer status;

		Listener(Slot slot, AttemptObserver observer, boolean change) {
			this.slot = slot;
			this.observer = observer;
			this.change = change;
		}

		@Override
		public boolean sending() {
			return this.slot.sending();
		}

		@Override
		public void received(int status, RateLimits limits) {
			this.status = status;
			this.observer.responded(this.change, status);
			this.slot.received(limits);
		}

	}

}
