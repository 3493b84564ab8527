package dev.memberproxy.channel;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

import dev.memberproxy.channel.RateWindow.InFlight;
import dev.memberproxy.channel.SharedWindow.Answer;
import dev.memberproxy.channel.SharedWindow.Demand;
import dev.memberproxy.channel.SharedWindow.Go;
import dev.memberproxy.channel.SharedWindow.Wait;
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

	private final SharedWindow shared;

	/** Whether a request asks the other replicas, which happens outside the lock. */
	private boolean asking;

	RequestQueue(Pacing pacing, LongSupplier clock, SharedWindow shared) {
		this.maxWait = pacing.maxWait();
		this.clock = clock;
		this.window = new RateWindow(pacing, clock.getAsLong());
		this.shared = shared;
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
			this.window.divideBy(this.shared.divisor());
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
		long forecast = forecast(waitingRequests());
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
		if (waitingRequests() == 0 && !this.asking && this.window.isOpen(this.clock.getAsLong())
				&& ask() instanceof Go right) {
			return new Slot(this.window.begin(this.clock.getAsLong()), right);
		}
		return full(waitingRequests());
	}

	private Admission await(Deque<Condition> queue, Duration patience) {
		long end = this.clock.getAsLong() + patience.toNanos();
		Condition own = this.lock.newCondition();
		queue.addLast(own);
		try {
			while (true) {
				long now = this.clock.getAsLong();
				long untilOpen = waitForOpening(own, now);
				if (untilOpen == 0) {
					switch (ask()) {
						case Go right -> {
							return new Slot(this.window.begin(this.clock.getAsLong()), right);
						}
						case Wait(Duration duration) -> untilOpen = duration.toNanos();
					}
					now = this.clock.getAsLong();
				}
				long remaining = end - now;
				if (remaining <= 0 || this.window.pause(now) > remaining) {
					return full(waitingRequests() - 1);
				}
				// Only the first in the queue needs a timer: it wakes the next one.
				own.awaitNanos(Math.min(remaining, untilOpen));
			}
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

	/** How long until a request in the queue may be sent, as far as time decides. */
	private long waitForOpening(Condition own, long now) {
		return (own.equals(next()) && !this.asking) ? this.window.waitForOpening(now) : RateWindow.UNKNOWN;
	}

	/** Leaves the lock meanwhile, so that others may enter the queue, or be rejected. */
	private Answer ask() {
		Demand demand = new Demand(this.window.limit(), this.window.concurrentLimit(), waitingRequests());
		this.asking = true;
		this.lock.unlock();
		try {
			return this.shared.ask(demand);
		}
		finally {
			this.lock.lock();
			this.asking = false;
			this.window.divideBy(this.shared.divisor());
			// Another request may have come first meanwhile.
			wakeNext();
		}
	}

	private Full full(int ahead) {
		return new Full(Duration.ofNanos(forecast(ahead)));
	}

	private long forecast(int ahead) {
		return this.window.forecast(ahead, this.shared.others(), this.clock.getAsLong());
	}

	/**
	 * Admits nothing for some time, because Sentry requests it.
	 * @param duration the time from now
	 */
	void pause(Duration duration) {
		this.shared.pause(duration);
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

		private final Go right;

		private Slot(InFlight request, Go right) {
			this.request = request;
			this.right = right;
		}

		/**
		 * The first byte of the request is about to be sent.
		 * @return whether it may be sent
		 */
		boolean sending() {
			if (!this.right.send()) {
				return false;
			}
			update((now) -> RequestQueue.this.window.send(this.request, now));
			return true;
		}

		void received(RateLimits limits) {
			update((now) -> RequestQueue.this.window.received(limits, this.request, now));
		}

		@Override
		public void close() {
			this.right.end();
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
