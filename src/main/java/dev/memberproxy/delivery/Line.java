package dev.memberproxy.delivery;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.memberproxy.core.AttemptObserver;
import dev.memberproxy.delivery.Condition.Observation;
import dev.memberproxy.delivery.OutageBreaker.Pass;
import dev.memberproxy.delivery.Pacer.Admission;
import dev.memberproxy.delivery.Pacer.Permit;
import dev.memberproxy.organizations.Organization;
import dev.memberproxy.organizations.SecretToken;
import dev.memberproxy.sentry.Answer;
import dev.memberproxy.sentry.AttemptListener;
import dev.memberproxy.sentry.Failure;
import dev.memberproxy.sentry.RateLimits;
import dev.memberproxy.sentry.SentryGateway;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.Tracer;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpMethod;

/**
 * The way to the Sentry of one organization: everything that is sent to it takes its turn
 * here, and what comes back is heeded for those that follow. Sentry counts each method by
 * itself, and so does this.
 */
final class Line {

	private final Organization organization;

	private final SentryGateway gateway;

	private final Map<HttpMethod, Pacer> pacers;

	private final OutageBreaker breaker;

	private final Condition condition;

	private final LineMetrics metrics;

	private final CallSpans spans;

	private final LongSupplier nanoClock;

	Line(Organization organization, SentryGateway gateway, LongSupplier nanoClock, Clock clock,
			MeterRegistry meterRegistry, Tracer tracer) {
		this.organization = organization;
		this.gateway = gateway;
		this.pacers = Stream.of(HttpMethod.GET, HttpMethod.POST, HttpMethod.PUT, HttpMethod.DELETE)
			.collect(Collectors.toUnmodifiableMap(Function.identity(),
					(_) -> new Pacer(organization.pacing(), nanoClock)));
		this.breaker = new OutageBreaker(organization.alias(), nanoClock);
		this.condition = new Condition(clock, organization.token()::current);
		this.metrics = new LineMetrics(meterRegistry, organization.alias());
		this.spans = new CallSpans(tracer, organization.alias());
		this.pacers.forEach(this.metrics::observe);
		this.metrics.observe(this.breaker);
		this.metrics.observe(this::health);
		this.nanoClock = nanoClock;
	}

	/**
	 * Sends a request as soon as it may go.
	 * @param <T> what it is after
	 * @param call the request
	 * @param deadline when the attempt must be over
	 * @param standing where it stands in line
	 * @param trail learns of each attempt
	 * @return what came of it
	 */
	<T> Attempted<T> send(Call<T> call, Deadline deadline, Standing standing, AttemptObserver trail) {
		Pacer pacer = Objects.requireNonNull(this.pacers.get(call.method()));
		Passing passing = new Passing(pacer, deadline, trail);
		return switch (standing) {
			case NEW -> guarded(call, passing, () -> counted(call, pacer.join(deadline)));
			case RETURNING -> guarded(call, passing, () -> counted(call, pacer.rejoin(deadline)));
			case ASIDE -> guarded(call, passing, pacer::tryPass);
			case SETTLING -> send(call, passing, pacer.rejoin(deadline), (_) -> {
			});
		};
	}

	/** Whether Sentry is left in peace, or only just tried out again. */
	boolean isCircuitOpen() {
		return !this.breaker.isClosed();
	}

	/** Counts what happens on this line. */
	LineMetrics metrics() {
		return this.metrics;
	}

	/** Whether Sentry can be used, as far as requests have shown by now. */
	UpstreamHealth health() {
		List<Trouble> issues = new ArrayList<>();
		if (isCircuitOpen()) {
			issues.add(Trouble.CIRCUIT_OPEN);
		}
		Optional<Observation> last = this.condition.last();
		last.map(Observation::failure).map(Trouble::of).ifPresent(issues::add);
		this.condition.denied().stream().map(Trouble::of).distinct().forEach(issues::add);
		return new UpstreamHealth(issues, last.map(Observation::at).orElse(null));
	}

	private Admission counted(Call<?> call, Admission admission) {
		if (admission instanceof Pacer.Busy) {
			this.metrics.refused(call.method());
		}
		return admission;
	}

	private <T> Attempted<T> guarded(Call<T> call, Passing passing, Supplier<Admission> queue) {
		try (Pass pass = this.breaker.tryPass().orElse(null)) {
			if (pass == null) {
				return new Attempted.CircuitOpen<>();
			}
			long start = this.nanoClock.getAsLong();
			Admission admission = queue.get();
			if (admission instanceof Permit) {
				this.metrics.waited(call.method(), this.nanoClock.getAsLong() - start);
			}
			if (admission instanceof Permit permit && pass.isRevoked()) {
				permit.close();
				return new Attempted.CircuitOpen<>();
			}
			return send(call, passing, admission, (answer) -> pass.record(call.subject(), answer));
		}
	}

	private <T> Attempted<T> send(Call<T> call, Passing passing, Admission admission, Consumer<Answer<T>> observer) {
		return switch (admission) {
			case Pacer.Busy(Duration retryAfter) -> new Attempted.Busy<>(retryAfter);
			case Permit permit when passing.deadline().hasPassed() -> {
				permit.close();
				yield new Attempted.Busy<>(Duration.ZERO);
			}
			case Permit permit -> {
				SecretToken token = this.organization.token().current();
				Answer<T> answer = send(call, passing, permit, token);
				// Sentry has done nothing then, so that the same may be sent again, once.
				if (isOutdated(token, answer) && passing.pacer().rejoin(passing.deadline()) instanceof Permit second) {
					this.metrics.retriedWithNewToken();
					answer = send(call, passing, second, this.organization.token().current());
				}
				observer.accept(answer);
				yield switch (answer) {
					case Answer.Success<T>(T value) -> new Attempted.Done<>(value);
					case Answer.Failed<T>(Failure failure) -> new Attempted.Failed<>(failure);
				};
			}
		};
	}

	private <T> Answer<T> send(Call<T> call, Passing passing, Permit permit, SecretToken token) {
		try (permit) {
			Span span = this.spans.begin(call, passing.trail().attempt(call.isChange()));
			Watched watched = new Watched(permit, passing.trail(), call.isChange());
			long start = this.nanoClock.getAsLong();
			Answer<T> answer = this.spans.within(span, () -> call.exchange()
				.perform(this.gateway, this.organization, token, passing.deadline().remaining(), watched));
			this.metrics.called(call.method(), watched.status, this.nanoClock.getAsLong() - start);
			this.condition.observe(call, token, answer);
			if (answer instanceof Answer.Failed<T>(Failure.RateLimited limited)) {
				passing.pacer().pause(limited.retryAfter());
			}
			return answer;
		}
	}

	/**
	 * Whether the token was refused because its time was over, and there is another one
	 * by now.
	 */
	private boolean isOutdated(SecretToken token, Answer<?> answer) {
		return answer instanceof Answer.Failed<?>(Failure.CredentialsRefused refused) && refused.isForToken()
				&& this.organization.token().replaces(token);
	}

	/**
	 * One passage through the line.
	 *
	 * @param pacer for the method of the request
	 * @param deadline when it must be over
	 * @param trail learns of each attempt
	 */
	private record Passing(Pacer pacer, Deadline deadline, AttemptObserver trail) {
	}

	/** An attempt of which the trail learns how it was answered. */
	private static final class Watched implements AttemptListener {

		private final Permit permit;

		private final AttemptObserver trail;

		private final boolean change;

		private @Nullable Integer status;

		/**
		 * @param permit learns when it departs, and of Sentry's limits
		 * @param trail learns the status
		 * @param change whether it is to change something
		 */
		Watched(Permit permit, AttemptObserver trail, boolean change) {
			this.permit = permit;
			this.trail = trail;
			this.change = change;
		}

		@Override
		public void departing() {
			this.permit.departing();
		}

		@Override
		public void answered(int told, RateLimits limits) {
			this.status = told;
			this.trail.responded(this.change, told);
			this.permit.answered(limits);
		}

	}

	/** Where a request stands in line. */
	enum Standing {

		/** It has just come. */
		NEW,

		/** It was let go before, but nothing was processed: the others came later. */
		RETURNING,

		/** It is good to know, and no more: goes if nobody waits, or not at all. */
		ASIDE,

		/**
		 * It settles what became of an earlier attempt: nobody else can, so that not even
		 * the breaker keeps it.
		 */
		SETTLING

	}

}
