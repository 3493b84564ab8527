package dev.memberproxy.sentry;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at all attempts under way and cancels those past their limit. One thread for all:
 * an attempt costs an entry in a set, not a timer.
 */
final class AttemptWatch implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(AttemptWatch.class);

	private static final int PERIOD_MILLIS = 25;

	private final Set<Attempt> underWay = ConcurrentHashMap.newKeySet();

	private final ScheduledExecutorService executor = Executors
		.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("attempt-watch").factory());

	private final ScheduledFuture<?> looks;

	AttemptWatch() {
		this.looks = this.executor.scheduleWithFixedDelay(this::look, PERIOD_MILLIS, PERIOD_MILLIS,
				TimeUnit.MILLISECONDS);
	}

	void add(Attempt attempt) {
		this.underWay.add(attempt);
	}

	void remove(Attempt attempt) {
		this.underWay.remove(attempt);
	}

	private void look() {
		long now = System.nanoTime();
		this.underWay.forEach((attempt) -> expireIfDue(attempt, now));
	}

	/** One attempt that cannot be cancelled must not end the watch over all others. */
	private static void expireIfDue(Attempt attempt, long now) {
		try {
			attempt.expireIfDue(now);
		}
		catch (RuntimeException ex) {
			logger.error("An attempt past its limit could not be cancelled", ex);
		}
	}

	@Override
	public void close() {
		this.looks.cancel(true);
		this.executor.close();
	}

}
