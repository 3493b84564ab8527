package dev.memberproxy.delivery;

import java.time.Duration;
import java.util.function.BiPredicate;

import dev.memberproxy.core.AttemptObserver;
import dev.memberproxy.delivery.Line.Standing;
import dev.memberproxy.sentry.Failure;

/**
 * Everything that one request of a caller's sends to Sentry. Repeats what may be
 * repeated, as long as there is time.
 */
final class Attempts {

	/**
	 * How often a question is asked that Sentry answers with a fault: some are answered
	 * so each time, and others have questions too.
	 */
	private static final int QUESTIONS = 3;

	/** What an answer that is only good to know may take. */
	private static final Duration GLANCE = Duration.ofSeconds(1);

	private final Line line;

	private final Deadline working;

	private final Deadline settling;

	private final Backoff backoff;

	private final AttemptObserver trail;

	/**
	 * @param line the way to Sentry
	 * @param working when everything but settling must be over
	 * @param settling when everything must be over
	 * @param backoff the waits between attempts
	 * @param trail learns of each attempt
	 */
	Attempts(Line line, Deadline working, Deadline settling, Backoff backoff, AttemptObserver trail) {
		this.line = line;
		this.working = working;
		this.settling = settling;
		this.backoff = backoff;
		this.trail = trail;
	}

	/** Changes something: repeated only where it was certainly not processed. */
	<T> Attempted<T> write(Call<T> call) {
		return repeat(call, Standing.NEW, this.working, (failure, _) -> failure instanceof Failure.NotProcessed);
	}

	/** Changes something once more, as part of settling it. */
	<T> Attempted<T> writeOnceMore(Call<T> call) {
		this.line.metrics().retriedToSettle();
		return repeat(call, Standing.SETTLING, this.settling, (failure, _) -> failure instanceof Failure.NotProcessed);
	}

	/**
	 * Reads something before anything is changed. What Sentry did not write is reported
	 * at once: it would be the same next time.
	 */
	<T> Attempted<T> read(Call<T> call) {
		return repeat(call, Standing.NEW, this.working, (failure, failures) -> switch (failure) {
			case Failure.Refusal _, Failure.WebPage _, Failure.ForeignResponse _ -> false;
			case Failure.NotProcessed _ -> true;
			case Failure.Ambiguous _ -> failures < QUESTIONS;
		});
	}

	/** Reads something to settle what became of a change. */
	<T> Attempted<T> lookUp(Call<T> call) {
		return repeat(call, Standing.SETTLING, this.settling,
				(failure, _) -> !(failure instanceof Failure.Refusal || failure instanceof Failure.ForeignResponse));
	}

	/** Reads something once. */
	<T> Attempted<T> readOnce(Call<T> call) {
		return this.line.send(call, this.working, Standing.NEW, this.trail);
	}

	/** Reads something that is good to know, unless others wait or it takes long. */
	<T> Attempted<T> glance(Call<T> call) {
		return this.line.send(call, this.working.within(GLANCE), Standing.ASIDE, this.trail);
	}

	/**
	 * Waits after failures.
	 * @param failures how many there were
	 * @return whether there was time for it before settling must be over
	 */
	boolean pauseAfter(int failures) {
		return pause(this.backoff.after(failures), this.settling);
	}

	/** What was found out about a change whose end was not seen. */
	void settled(Delivered end) {
		this.line.metrics().settled(end);
	}

	boolean isTimeOver() {
		return this.settling.hasPassed();
	}

	/**
	 * Sends something again and again.
	 * @param repeatable whether it may be sent again after such a failure, and so many of
	 * them
	 */
	private <T> Attempted<T> repeat(Call<T> call, Standing first, Deadline deadline,
			BiPredicate<Failure, Integer> repeatable) {
		Attempted<T> attempted = this.line.send(call, deadline, first, this.trail);
		int failures = 0;
		while (attempted instanceof Attempted.Failed<T>(Failure failure) && repeatable.test(failure, ++failures)
				&& bide(failure, failures, deadline)) {
			this.line.metrics().retriedAfter(failure);
			// Only what was not processed keeps its place before those who came later.
			Standing again = (first == Standing.NEW && failure instanceof Failure.NotProcessed) ? Standing.RETURNING
					: first;
			Attempted<T> next = this.line.send(call, deadline, again, this.trail);
			// An attempt that was not made does not tell why the one before it failed.
			if (next instanceof Attempted.Busy<T> || next instanceof Attempted.CircuitOpen<T>
					|| isCutShort(next, deadline)) {
				return attempted;
			}
			attempted = next;
		}
		return attempted;
	}

	/** An attempt that had no time tells less than the one before it. */
	private static boolean isCutShort(Attempted<?> attempted, Deadline deadline) {
		return attempted instanceof Attempted.Failed<?>(Failure.NotSent _) && deadline.hasPassed();
	}

	/**
	 * Waits before the next attempt.
	 * @return whether there is time for one
	 */
	private boolean bide(Failure failure, int failures, Deadline deadline) {
		if (failure instanceof Failure.RateLimited limited) {
			// The line lets nobody go before that.
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
			// An interrupted wait is one whose time is over.
			Thread.currentThread().interrupt();
			return false;
		}
	}

}
