package dev.memberproxy.delivery;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

import dev.memberproxy.delivery.Pace.Passage;
import dev.memberproxy.organizations.Organization.Pacing;
import dev.memberproxy.sentry.RateLimits;
import org.jspecify.annotations.Nullable;

/**
 * Lets requests of one method pass to Sentry as fast as its limits allow, first come
 * first served. Those who would have to wait too long are refused at once; those who have
 * been let go before, and come back to try again or to settle what became of it, go to
 * the front. Waiting costs a parked virtual thread, and nobody looks at a clock but the
 * one who is next.
 */
final class Pacer {

	private final ReentrantLock lock = new ReentrantLock();

	private final Deque<Condition> front = new ArrayDeque<>();

	private final Deque<Condition> back = new ArrayDeque<>();

	private final Duration maxWait;

	private final LongSupplier clock;

	private final Pace pace;

	Pacer(Pacing pacing, LongSupplier clock) {
		this.maxWait = pacing.maxWait();
		this.clock = clock;
		this.pace = new Pace(pacing, clock.getAsLong());
	}

	/**
	 * Waits at the end of the queue, unless it is foreseen to take longer than
	 * {@code max-wait}, or to leave less than twice the time that a request usually
	 * takes: one that goes too late is cut off, and nobody knows what became of it. As a
	 * forecast can be wrong by a window, and those who have waited so long for nothing
	 * would only come back, the wait itself may take a window longer.
	 * @param deadline when the request must be over
	 * @return a permit to send one request, or when to come back
	 */
	Admission join(Deadline deadline) {
		this.lock.lock();
		try {
			long forecast = this.pace.forecast(this.front.size() + this.back.size(), this.clock.getAsLong());
			Duration room = deadline.remaining().minusNanos(2 * this.pace.averageNanos());
			// Whoever need not wait goes, or nobody would learn that Sentry is faster
			// again.
			if (forecast > 0 && forecast > shorter(this.maxWait, room).toNanos()) {
				return new Busy(Duration.ofNanos(forecast));
			}
			Duration patience = this.maxWait.isZero() ? Duration.ZERO : this.maxWait.plus(Pace.WINDOW);
			return await(this.back, shorter(patience, room));
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Waits at the front of the queue.
	 * @param deadline when the request must be over
	 * @return a permit to send one request, or when to come back
	 */
	Admission rejoin(Deadline deadline) {
		this.lock.lock();
		try {
			return await(this.front, deadline.remaining());
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Passes without waiting, and passes nobody who waits.
	 * @return a permit to send one request, or when there would be room
	 */
	Admission tryPass() {
		this.lock.lock();
		try {
			long now = this.clock.getAsLong();
			int waiting = this.front.size() + this.back.size();
			return (waiting == 0 && this.pace.isOpen(now)) ? new Permit(this.pace.begin(now))
					: new Busy(Duration.ofNanos(this.pace.forecast(waiting, now)));
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Lets nobody go for some time, because Sentry says so.
	 * @param duration how long from now
	 */
	void pause(Duration duration) {
		this.lock.lock();
		try {
			this.pace.pause(duration, this.clock.getAsLong());
			// Some of them will not wait that long.
			this.front.forEach(Condition::signal);
			this.back.forEach(Condition::signal);
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * How many wait.
	 * @return the number
	 */
	int waiting() {
		this.lock.lock();
		try {
			return this.front.size() + this.back.size();
		}
		finally {
			this.lock.unlock();
		}
	}

	private Admission await(Deque<Condition> queue, Duration patience) {
		long now = this.clock.getAsLong();
		long giveUp = now + patience.toNanos();
		Condition own = this.lock.newCondition();
		queue.addLast(own);
		try {
			while (!own.equals(next()) || !this.pace.isOpen(now)) {
				long remaining = giveUp - now;
				if (remaining <= 0 || this.pace.pause(now) > remaining) {
					int others = this.front.size() + this.back.size() - 1;
					return new Busy(Duration.ofNanos(this.pace.forecast(others, now)));
				}
				// Whoever is not next is woken by the one before it.
				own.awaitNanos(own.equals(next()) ? Math.min(remaining, this.pace.waitForOpening(now)) : remaining);
				now = this.clock.getAsLong();
			}
			return new Permit(this.pace.begin(now));
		}
		catch (InterruptedException ex) {
			// An interrupted wait is one whose time is over.
			Thread.currentThread().interrupt();
			return new Busy(Duration.ZERO);
		}
		finally {
			queue.remove(own);
			wakeNext();
		}
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

	/** Whether a request may be sent. */
	sealed interface Admission {

	}

	/**
	 * Not now.
	 *
	 * @param retryAfter when there is likely to be room
	 */
	record Busy(Duration retryAfter) implements Admission {
	}

	/** The right to send one request; to be closed when the request is over. */
	final class Permit implements Admission, AutoCloseable {

		private final Passage passage;

		private Permit(Passage passage) {
			this.passage = passage;
		}

		/** The first byte of the request leaves. */
		void departing() {
			update((now) -> Pacer.this.pace.depart(this.passage, now));
		}

		/** An answer came. */
		void answered(RateLimits limits) {
			update((now) -> Pacer.this.pace.correct(limits, this.passage, now));
		}

		@Override
		public void close() {
			update((now) -> Pacer.this.pace.end(this.passage, now));
		}

		private void update(LongConsumer change) {
			Pacer.this.lock.lock();
			try {
				change.accept(Pacer.this.clock.getAsLong());
				wakeNext();
			}
			finally {
				Pacer.this.lock.unlock();
			}
		}

	}

}
