package dev.memberproxy.delivery;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.memberproxy.sentry.Answer;
import dev.memberproxy.sentry.Failure;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;

/**
 * Leaves an organization's Sentry in peace while it is down, and spares callers the wait.
 * Opens when at least half of the requests of the last 30 s, and at least 10, met with an
 * outage; lets 3 requests try it out after 5 s.
 */
final class OutageBreaker {

	/** How long it stays open. */
	static final Duration PEACE = Duration.ofSeconds(5);

	private static final Duration WINDOW = Duration.ofSeconds(30);

	private static final int MINIMUM = 10;

	private static final int TRIALS = 3;

	private static final int MOST_SUBJECTS = 1_000;

	private final CircuitBreaker breaker;

	/**
	 * Sentry may fail for one member alone, over and over, and the others must not suffer
	 * from it: each counts once in a window.
	 */
	private final Cache<Object, Boolean> counted;

	/** Counts the changes between closed, open and on trial. */
	private final AtomicInteger changes = new AtomicInteger();

	/**
	 * A permission and the state that it was given in belong together: the breaker tells
	 * of a change only after it has begun to let others pass.
	 */
	private final ReentrantLock lock = new ReentrantLock();

	/**
	 * @param name the organization
	 * @param nanoClock a clock that only goes forward, in nanoseconds: a step of the time
	 * of day must neither keep it open nor open it
	 */
	OutageBreaker(String name, LongSupplier nanoClock) {
		this.breaker = CircuitBreaker.of(name,
				CircuitBreakerConfig.custom()
					.slidingWindowType(SlidingWindowType.TIME_BASED)
					.slidingWindowSize((int) WINDOW.toSeconds())
					.minimumNumberOfCalls(MINIMUM)
					.permittedNumberOfCallsInHalfOpenState(TRIALS)
					.waitDurationInOpenState(PEACE)
					.recordResult(Boolean.TRUE::equals)
					.clock(clock(nanoClock))
					.build());
		this.breaker.getEventPublisher().onStateTransition((_) -> this.changes.incrementAndGet());
		this.counted = Caffeine.newBuilder()
			.expireAfterWrite(WINDOW)
			.maximumSize(MOST_SUBJECTS)
			.ticker(nanoClock::getAsLong)
			.build();
	}

	/**
	 * Asks to send a request.
	 * @return the permission, to be closed when the request is over; empty if Sentry is
	 * left in peace
	 */
	Optional<Pass> tryPass() {
		this.lock.lock();
		try {
			return this.breaker.tryAcquirePermission() ? Optional.of(new Pass(this.changes.get())) : Optional.empty();
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Whether requests pass freely. */
	boolean isClosed() {
		return state() == State.CLOSED;
	}

	State state() {
		return switch (this.breaker.getState()) {
			case OPEN, FORCED_OPEN -> State.OPEN;
			case HALF_OPEN -> State.HALF_OPEN;
			case CLOSED, DISABLED, METRICS_ONLY -> State.CLOSED;
		};
	}

	/** Neither a refusal nor a failure in Sentry's own code is an outage. */
	private static boolean isOutage(Failure failure) {
		return switch (failure) {
			case Failure.NotSent _, Failure.NotForwarded _, Failure.TimedOut _ -> true;
			case Failure.Unclear unclear ->
				unclear.status() == null || unclear.status() == 408 || unclear.status() >= 500;
			case Failure.Refusal _, Failure.RateLimited _, Failure.SentryFault _, Failure.WebPage _,
					Failure.ForeignResponse _ ->
				false;
		};
	}

	/** The library reads a clock; the epoch of this one is arbitrary. */
	private static Clock clock(LongSupplier nanoClock) {
		long origin = nanoClock.getAsLong();
		InstantSource forward = () -> Instant.EPOCH.plusNanos(nanoClock.getAsLong() - origin);
		return forward.withZone(ZoneOffset.UTC);
	}

	/** How freely requests pass. */
	enum State {

		/** All do. */
		CLOSED,

		/** Some do, to try it out. */
		HALF_OPEN,

		/** None does. */
		OPEN;

		/**
		 * The state as metrics name it.
		 * @return lower-case words joined by hyphens
		 */
		String id() {
			return name().toLowerCase(Locale.ROOT).replace('_', '-');
		}

	}

	/**
	 * The permission to send one request. Once the breaker has changed, what was
	 * permitted before does not count for it any more: neither as a trial, nor against
	 * one.
	 */
	final class Pass implements AutoCloseable {

		private final int granted;

		private boolean recorded;

		private Pass(int granted) {
			this.granted = granted;
		}

		/** Whether the breaker has opened since, and Sentry is not known to be back. */
		boolean isRevoked() {
			return isOutdated() && !isClosed();
		}

		/**
		 * The request was sent. One that this service gave too little time shows nothing.
		 * @param subject whom it was about
		 * @param answer what came of it
		 */
		void record(Object subject, Answer<?> answer) {
			if (answer.isCutShort()) {
				return;
			}
			boolean outage = answer instanceof Answer.Failed<?>(Failure failure) && isOutage(failure);
			OutageBreaker.this.lock.lock();
			try {
				if (isOutdated()) {
					return;
				}
				// A trial always counts, or there would be no end to it.
				if (outage && answer instanceof Answer.Failed<?>(Failure.Ambiguous _) && isClosed()
						&& !isFirst(subject)) {
					return;
				}
				OutageBreaker.this.breaker.onResult(0, TimeUnit.NANOSECONDS, outage);
				this.recorded = true;
			}
			finally {
				OutageBreaker.this.lock.unlock();
			}
		}

		private boolean isFirst(Object subject) {
			return OutageBreaker.this.counted.asMap().putIfAbsent(subject, Boolean.TRUE) == null;
		}

		private boolean isOutdated() {
			return this.granted != OutageBreaker.this.changes.get();
		}

		@Override
		public void close() {
			OutageBreaker.this.lock.lock();
			try {
				if (!this.recorded && !isOutdated()) {
					OutageBreaker.this.breaker.releasePermission();
				}
			}
			finally {
				OutageBreaker.this.lock.unlock();
			}
		}

	}

}
