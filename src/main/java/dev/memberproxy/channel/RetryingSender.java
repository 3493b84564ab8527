package dev.memberproxy.channel;

import java.time.Duration;
import java.util.function.BiPredicate;
import java.util.function.LongSupplier;

import dev.memberproxy.channel.RequestQueue.Priority;
import dev.memberproxy.core.AttemptObserver;
import dev.memberproxy.sentry.Failure;
import dev.memberproxy.sentry.Failure.NotProcessed;
import dev.memberproxy.sentry.Failure.NotProcessedReason;
import dev.memberproxy.sentry.SentryRequest;
import dev.memberproxy.sentry.SentryResult;

/**
 * Sends all that one request of a caller needs, and retries what is safe to send again,
 * as long as there is time. Belongs to one thread.
 */
public final class RetryingSender {

	/** Some reads fail each time, and other requests wait behind the retries. */
	private static final int MAX_READ_ATTEMPTS = 3;

	private static final Duration BEST_EFFORT_TIMEOUT = Duration.ofSeconds(1);

	private final SentryChannel channel;

	private final Deadline deadline;

	/** A quarter of the time is reserved for reconciliation. */
	private final Deadline workDeadline;

	private final Backoff backoff;

	private final AttemptObserver observer;

	/**
	 * @param channel the channel to Sentry
	 * @param time the time for the whole request, from now
	 * @param backoff the waits between attempts
	 * @param nanoClock a monotonic clock in nanoseconds
	 * @param observer learns of each attempt
	 */
	RetryingSender(SentryChannel channel, Duration time, Backoff backoff, LongSupplier nanoClock,
			AttemptObserver observer) {
		this.channel = channel;
		this.deadline = Deadline.in(time, nanoClock);
		this.workDeadline = Deadline.in(time.multipliedBy(3).dividedBy(4), nanoClock);
		this.backoff = backoff;
		this.observer = observer;
	}

	/**
	 * Sends a change. Retries only what was certainly not processed.
	 * @param <T> what a successful response contains
	 * @param request the request
	 * @return the result of the last attempt that shows something
	 */
	public <T> SentryResult<T> change(SentryRequest<T> request) {
		return retry(request, Priority.NEW, this.workDeadline, (failure, _) -> failure instanceof NotProcessed);
	}

	/**
	 * Sends a change again whose first attempt has an unknown outcome.
	 * @param <T> what a successful response contains
	 * @param request the request
	 * @return the result of the last attempt that shows something
	 */
	public <T> SentryResult<T> changeAgain(SentryRequest<T> request) {
		this.channel.metrics().retriedToReconcile();
		return retry(request, Priority.RECONCILIATION, this.deadline, (failure, _) -> failure instanceof NotProcessed);
	}

	/**
	 * Reads something before anything is changed. A response of something in front of
	 * Sentry is returned immediately, as it would be the same next time.
	 * @param <T> what a successful response contains
	 * @param request the request
	 * @return the result of the last attempt that shows something
	 */
	public <T> SentryResult<T> read(SentryRequest<T> request) {
		return retry(request, Priority.NEW, this.workDeadline, (failure, failures) -> switch (failure) {
			case Failure.Refusal _ -> false;
			case NotProcessed _ -> true;
			case Failure.Ambiguous ambiguous -> switch (ambiguous.reason()) {
				case WEB_PAGE, FOREIGN_RESPONSE -> false;
				case INTERNAL_ERROR, TIMED_OUT, UNCLEAR -> failures < MAX_READ_ATTEMPTS;
			};
		});
	}

	/**
	 * Reads something to find out the outcome of a change.
	 * @param <T> what a successful response contains
	 * @param request the request
	 * @return the result of the last attempt that shows something
	 */
	public <T> SentryResult<T> readToReconcile(SentryRequest<T> request) {
		return retry(request, Priority.RECONCILIATION, this.deadline,
				(failure, _) -> !(failure instanceof Failure.Refusal || isForeign(failure)));
	}

	/**
	 * Reads something useful but not necessary: once, for at most one second, and only if
	 * no other request waits.
	 * @param <T> what a successful response contains
	 * @param request the request
	 * @return the result
	 */
	public <T> SentryResult<T> readBestEffort(SentryRequest<T> request) {
		return this.channel.send(request, this.workDeadline.within(BEST_EFFORT_TIMEOUT), Priority.BEST_EFFORT,
				this.observer);
	}

	/**
	 * Waits before another attempt, if there is time for it.
	 * @param failures the number of failed attempts
	 */
	public void waitBeforeRetry(int failures) {
		pause(this.backoff.after(failures), this.deadline);
	}

	/**
	 * Counts a reconciliation.
	 * @param confirmed whether the change is confirmed
	 */
	public void reconciled(boolean confirmed) {
		this.channel.metrics().reconciled(confirmed);
	}

	/**
	 * The time that is left for everything but reconciliation.
	 * @return the time, never negative
	 */
	public Duration remaining() {
		return this.workDeadline.remaining();
	}

	/**
	 * Whether no time is left.
	 * @return true if the deadline has passed
	 */
	public boolean isTimeOver() {
		return this.deadline.hasPassed();
	}

	private <T> SentryResult<T> retry(SentryRequest<T> request, Priority priority, Deadline deadline,
			BiPredicate<Failure, Integer> retryable) {
		SentryResult<T> result = this.channel.send(request, deadline, priority, this.observer);
		int failures = 0;
		while (result instanceof SentryResult.Failed<T>(Failure failure) && isAttempted(failure)
				&& retryable.test(failure, ++failures) && waitBeforeRetry(failure, failures, deadline)) {
			this.channel.metrics().retriedAfter(failure);
			// Only a request that was not processed keeps its place in the queue.
			Priority next = (priority == Priority.NEW && failure instanceof NotProcessed) ? Priority.RETRY : priority;
			SentryResult<T> retried = this.channel.send(request, deadline, next, this.observer);
			// An attempt that was not made, or had no time, shows less than the one
			// before.
			if (retried instanceof SentryResult.Failed<T>(NotProcessed notMade)
					&& (!notMade.isAttempted() || (isNotSent(notMade) && deadline.hasPassed()))) {
				return result;
			}
			result = retried;
		}
		return result;
	}

	private static boolean isAttempted(Failure failure) {
		return !(failure instanceof NotProcessed notProcessed) || notProcessed.isAttempted();
	}

	private static boolean isNotSent(NotProcessed failure) {
		return failure.reason() == NotProcessedReason.NOT_SENT;
	}

	private static boolean isForeign(Failure failure) {
		return failure instanceof Failure.Ambiguous ambiguous
				&& ambiguous.reason() == Failure.AmbiguousReason.FOREIGN_RESPONSE;
	}

	private boolean waitBeforeRetry(Failure failure, int failures, Deadline deadline) {
		if (failure instanceof NotProcessed limited && limited.reason() == NotProcessedReason.RATE_LIMITED) {
			// The queue admits nothing before that.
			return deadline.leavesMoreThan(limited.retryAfter());
		}
		return pause(this.backoff.after(failures), deadline);
	}

	private static boolean pause(Duration duration, Deadline deadline) {
		if (!deadline.leavesMoreThan(duration)) {
			return false;
		}
		try {
			Thread.sleep(duration);
			return true;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

}
