package dev.memberproxy.channel;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

import dev.memberproxy.channel.RateWindow.InFlight;
import dev.memberproxy.organizations.Organization.Pacing;
import dev.memberproxy.sentry.RateLimits;
import org.jspecify.annotations.Nullable;

/**
 * Admits the requests of one method to Sentry as fast as its limits allow, in the order
 * of their arrival. Retries and reconciliation go to the front. A request that would have
 * to wait too long is rejected immediately.
 */
final class RequestQueue {

	private final ReentrantLock lock = new ReentrantLock();

	private final Deque<Condition> front = new ArrayDeque<>();

	private final Deque<Condition> back = new ArrayDeque<>();

	private final Duration maxWait;

	private final LongSupplier clock;

	private final RateWindow window;

	RequestQueue(Pacing pacing, LongSupplier clock) {
		this.maxWait = pacing.maxWait();
		this.clock = clock;
		this.window = new RateWindow(pacing, clock.getAsLong());
	}

	/**
	 * Enters the queue.
	 * @param priority the place in the queue
	 * @param deadline when the request must have ended
	 * @return a slot, or when to try again
	 */
	Admission enter(Priority priority, Deadline deadline) {
		this.lock.lock();
		try {
			return switch (priority) {
				case NEW -> enterAtBack(deadline);
				case RETRY, RECONCILIATION -> await(this.front, deadline.remaining());
				case BEST_EFFORT -> enterIfFree();
			};
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Rejects a request that is predicted to wait longer than {@code max-wait}, or to
	 * have less time left than twice what a request usually takes: its outcome would
	 * become unknown. A prediction can be wrong by a window, so that the wait itself may
	 * take a window longer.
	 */
	private Admission enterAtBack(Deadline deadline) {
		long forecast = this.window.forecast(waitingRequests(), this.clock.getAsLong());
		Duration available = deadline.remaining().minusNanos(2 * this.window.averageNanos());
		// A request that need not wait is always admitted: it shows whether Sentry is
		// faster again.
		if (forecast > 0 && forecast > shorter(this.maxWait, available).toNanos()) {
			return new Full(Duration.ofNanos(forecast));
		}
		Duration patience = this.maxWait.isZero() ? Duration.ZERO : this.maxWait.plus(RateWindow.WINDOW);
		return await(this.back, shorter(patience, available));
	}

	private Admission enterIfFree() {
		long now = this.clock.getAsLong();
		int waiting = waitingRequests();
		return (waiting == 0 && this.window.isOpen(now)) ? new Slot(this.window.begin(now))
				: new Full(Duration.ofNanos(this.window.forecast(waiting, now)));
	}

	private Admission await(Deque<Condition> queue, Duration patience) {
		long now = this.clock.getAsLong();
		long end = now + patience.toNanos();
		Condition own = this.lock.newCondition();
		queue.addLast(own);
		try {
			while (!own.equals(next()) || !this.window.isOpen(now)) {
				long remaining = end - now;
				if (remaining <= 0 || this.window.pause(now) > remaining) {
					return new Full(Duration.ofNanos(this.window.forecast(waitingRequests() - 1, now)));
				}
				// Only the first in the queue needs a timer: it wakes the next one.
				own.awaitNanos(own.equals(next()) ? Math.min(remaining, this.window.waitForOpening(now)) : remaining);
				now = this.clock.getAsLong();
			}
			return new Slot(this.window.begin(now));
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return new Full(Duration.ZERO);
		}
		finally {
			queue.remove(own);
			wakeNext();
		}
	}

	/**
	 * Admits nothing for some time, because Sentry requests it.
	 * @param duration the time from now
	 */
	void pause(Duration duration) {
		this.lock.lock();
		try {
			this.window.pause(duration, this.clock.getAsLong());
			// Some of them cannot wait that long.
			this.front.forEach(Condition::signal);
			this.back.forEach(Condition::signal);
		}
		finally {
			this.lock.unlock();
		}
	}

	int waiting() {
		this.lock.lock();
		try {
			return waitingRequests();
		}
		finally {
			this.lock.unlock();
		}
	}

	private int waitingRequests() {
		return this.front.size() + this.back.size();
	}

	private @Nullable Condition next() {
		return this.front.isEmpty() ? this.back.peekFirst() : this.front.peekFirst();
	}

	private void wakeNext() {
		Condition next = next();
		if (next != null) {
			next.signal();
		}
	}

	private static Duration shorter(Duration one, Duration other) {
		return (one.compareTo(other) < 0) ? one : other;
	}

	/** The place of a request in the queue. */
	enum Priority {

		/** A new request waits behind all others. */
		NEW,

		/** An earlier attempt was not processed, so that the others arrived later. */
		RETRY,

		/** Sent only if nobody waits: the response is useful, but not necessary. */
		BEST_EFFORT,

		/**
		 * Finds out the outcome of an earlier attempt, which nothing else can. The
		 * circuit breaker does not apply.
		 */
		RECONCILIATION

	}

	/** Whether a request may be sent. */
	sealed interface Admission {

	}

	/**
	 * The request is rejected.
	 *
	 * @param retryAfter when there is likely to be a free slot
	 */
	record Full(Duration retryAfter) implements Admission {
	}

	/** The right to send one request. To be closed when the request has ended. */
	final class Slot implements Admission, AutoCloseable {

		private final InFlight request;

		private Slot(InFlight request) {
			this.request = request;
		}

		/** The first byte of the request is sent. */
		void sending() {
			update((now) -> RequestQueue.this.window.send(this.request, now));
		}

		void received(RateLimits limits) {
			update((now) -> RequestQueue.this.window.received(limits, this.request, now));
		}

		@Override
		public void close() {
			update((now) -> RequestQueue.this.window.end(this.request, now));
		}

		private void update(LongConsumer change) {
			RequestQueue.this.lock.lock();
			try {
				change.accept(RequestQueue.this.clock.getAsLong());
				wakeNext();
			}
			finally {
				RequestQueue.this.lock.unlock();
			}
		}

	}

}
