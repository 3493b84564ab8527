package dev.memberproxy.channel;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.memberproxy.sentry.Failure;
import dev.memberproxy.sentry.SentryResult;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;

/**
 * Suspends requests to an organization's Sentry during an outage. Opens when at least
 * half of the requests of the last 30 s, and at least 10, met an outage; admits 3 trial
 * requests when it was open for a while.
 */
final class SentryCircuitBreaker {

	private static final Duration WINDOW = Duration.ofSeconds(30);

	private static final int MINIMUM_REQUESTS = 10;

	private static final int TRIAL_REQUESTS = 3;

	private static final int MAX_SUBJECTS = 1_000;

	private final Duration openDuration;

	private final CircuitBreaker breaker;

	/**
	 * Sentry may fail for one member again and again, and other members must not suffer
	 * from it: each member counts once in a window.
	 */
	private final Cache<Object, Boolean> counted;

	/**
	 * Read together with a permission under the lock of this object: the library reports
	 * a transition only after it has begun to admit requests, and a trial that seems
	 * outdated would never end.
	 */
	private int transitions;

	/**
	 * @param name the organization
	 * @param openDuration how long it suspends requests
	 * @param nanoClock a monotonic clock in nanoseconds: a step of the time of day must
	 * neither keep the breaker open nor open it
	 */
	SentryCircuitBreaker(String name, Duration openDuration, LongSupplier nanoClock) {
		this.openDuration = openDuration;
		this.breaker = CircuitBreaker.of(name,
				CircuitBreakerConfig.custom()
					.slidingWindowType(SlidingWindowType.TIME_BASED)
					.slidingWindowSize((int) WINDOW.toSeconds())
					.minimumNumberOfCalls(MINIMUM_REQUESTS)
					.permittedNumberOfCallsInHalfOpenState(TRIAL_REQUESTS)
					.waitDurationInOpenState(openDuration)
					.recordResult(Boolean.TRUE::equals)
					.clock(clock(nanoClock))
					.build());
		this.breaker.getEventPublisher().onStateTransition((_) -> this.transitions++);
		this.counted = Caffeine.newBuilder()
			.expireAfterWrite(WINDOW)
			.maximumSize(MAX_SUBJECTS)
			.ticker(nanoClock::getAsLong)
			.build();
	}

	/** Whether a request would get a permission now. */
	synchronized boolean admitsRequests() {
		if (!this.breaker.tryAcquirePermission()) {
			return false;
		}
		this.breaker.releasePermission();
		return true;
	}

	/**
	 * Requests the permission to send one request.
	 * @return the permission, to be closed when the request has ended; empty if the
	 * breaker is open
	 */
	synchronized Optional<Permission> acquire() {
		return this.breaker.tryAcquirePermission() ? Optional.of(new Permission(this.transitions)) : Optional.empty();
	}

	Duration openDuration() {
		return this.openDuration;
	}

	boolean isClosed() {
		return state() == State.CLOSED;
	}

	State state() {
		return this.breaker.getState();
	}

	/** Neither a refusal nor a failure in Sentry's own code is an outage. */
	private static boolean isOutage(Failure failure) {
		return switch (failure) {
			case Failure.Refusal _ -> false;
			case Failure.NotProcessed notProcessed -> switch (notProcessed.reason()) {
				case NOT_SENT, NOT_FORWARDED -> true;
				case RATE_LIMITED, QUEUE_FULL, CIRCUIT_OPEN -> false;
			};
			case Failure.Ambiguous ambiguous -> switch (ambiguous.reason()) {
				case TIMED_OUT -> true;
				case UNCLEAR -> ambiguous.status() == null || ambiguous.status() == 408 || ambiguous.status() >= 500;
				case INTERNAL_ERROR, WEB_PAGE, FOREIGN_RESPONSE -> false;
			};
		};
	}

	private static Clock clock(LongSupplier nanoClock) {
		long origin = nanoClock.getAsLong();
		InstantSource monotonic = () -> Instant.EPOCH.plusNanos(nanoClock.getAsLong() - origin);
		return monotonic.withZone(ZoneOffset.UTC);
	}

	/**
	 * The permission to send one request. It counts only in the state it was given in:
	 * the result of an older request is no trial.
	 */
	final class Permission implements AutoCloseable {

		private final int transition;

		private boolean recorded;

		private Permission(int transition) {
			this.transition = transition;
		}

		/**
		 * Records the result of the request. A result that this service cut short shows
		 * nothing.
		 * @param subject the member that the request is about
		 * @param result the result
		 */
		void record(Object subject, SentryResult<?> result) {
			boolean outage = result instanceof SentryResult.Failed<?>(Failure failure) && isOutage(failure);
			synchronized (SentryCircuitBreaker.this) {
				if (result.isCutShort() || isOutdated()) {
					return;
				}
				// A trial request always counts, or the trial would never end.
				if (outage && result instanceof SentryResult.Failed<?>(Failure.Ambiguous _) && isClosed()
						&& isAlreadyCounted(subject)) {
					return;
				}
				SentryCircuitBreaker.this.breaker.onResult(0, TimeUnit.NANOSECONDS, outage);
				this.recorded = true;
			}
		}

		private boolean isAlreadyCounted(Object subject) {
			return SentryCircuitBreaker.this.counted.asMap().putIfAbsent(subject, Boolean.TRUE) != null;
		}

		private boolean isOutdated() {
			return this.transition != SentryCircuitBreaker.this.transitions;
		}

		@Override
		public void close() {
			synchronized (SentryCircuitBreaker.this) {
				if (!this.recorded && !isOutdated()) {
					SentryCircuitBreaker.this.breaker.releasePermission();
				}
			}
		}

	}

}
