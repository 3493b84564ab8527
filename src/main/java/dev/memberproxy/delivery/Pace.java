package dev.memberproxy.delivery;

import java.time.Duration;
import java.util.Objects;

import dev.memberproxy.organizations.Organization.Pacing;
import dev.memberproxy.sentry.Failure.RateLimited;
import dev.memberproxy.sentry.RateLimits;
import org.jspecify.annotations.Nullable;

/**
 * Keeps account of the requests sent to Sentry with one method, and tells when the next
 * ones may go. All arithmetic: it does not wait, takes the time from outside (in
 * nanoseconds of any clock that only goes forward), and is guarded by {@link Pacer}.
 * <p>
 * A log of the last departures, because only that keeps the promise: a token bucket
 * admits twice its rate in the second after a pause. A request counts from the moment its
 * first byte leaves, not from the moment it was admitted: a connection that took long to
 * stand must not put two windows' worth of requests into one second.
 */
final class Pace {

	/**
	 * A little over the second that Sentry counts in: requests do not all take the same
	 * time to arrive.
	 */
	static final Duration WINDOW = Duration.ofMillis(1100);

	/** The wait for something that time alone will not bring. */
	static final long UNKNOWN = Long.MAX_VALUE;

	private static final long WINDOW_NANOS = WINDOW.toNanos();

	private final int limit;

	private final int maxConcurrent;

	private final Departures departures;

	/** Let go, but not departed yet. */
	private int pending;

	/** Let go, and not ended yet. */
	private int underWay;

	/** How long a request is under way, on average of late. */
	private long averageNanos;

	private @Nullable Integer toldLimit;

	private @Nullable Integer toldConcurrentLimit;

	/** How many requests of others are under way at Sentry. */
	private int underWayElsewhere;

	private Quota quota;

	private long pausedUntil;

	/** Whether a long pause is over only when one request has found out that it is. */
	private boolean onTrial;

	Pace(Pacing pacing, long now) {
		this.limit = pacing.requestsPerSecond();
		this.maxConcurrent = pacing.maxConcurrent();
		this.departures = new Departures(this.limit);
		this.quota = new Quota(0, now, 0);
		this.pausedUntil = now;
	}

	/** Whether a request may go right now. */
	boolean isOpen(long now) {
		return waitForOpening(now) == 0;
	}

	/**
	 * How long until time alone may let a request go.
	 * @param now the present time
	 * @return nanoseconds, 0 if one may go now, or {@link #UNKNOWN} if another request
	 * has to end or depart first
	 */
	long waitForOpening(long now) {
		if (this.underWay >= concurrentLimit() || (this.onTrial && this.underWay > 0)) {
			return UNKNOWN;
		}
		if (this.limit != 0 && this.pending >= effectiveLimit()) {
			return UNKNOWN;
		}
		return forecastLimit(0, now);
	}

	/**
	 * Foretells how long a request will have to wait if nobody passes it.
	 * @param ahead how many go before it
	 * @param now the present time
	 * @return nanoseconds
	 */
	long forecast(int ahead, long now) {
		long wait = forecastLimit(ahead, now);
		long excess = (long) this.underWay + ahead + 1 - concurrentLimit();
		return (excess > 0) ? Math.max(wait, this.averageNanos * excess / concurrentLimit()) : wait;
	}

	/**
	 * How long a request takes once it was let go, on average of late.
	 * @return nanoseconds, 0 as long as none has ended
	 */
	long averageNanos() {
		return this.averageNanos;
	}

	/** As far as it is not for others to end. */
	private long forecastLimit(int ahead, long now) {
		long pause = pause(now);
		if (this.limit == 0) {
			return pause;
		}
		this.departures.forget(now - WINDOW_NANOS);
		int perWindow = effectiveLimit();
		long later = ahead / perWindow * WINDOW_NANOS;
		long wait = Math.max(pause + later, this.quota.forecast(ahead, perWindow, now));
		// It takes the place of the one that departs, or departed, a window before it.
		int predecessor = this.departures.size() + this.pending + ahead % perWindow - perWindow;
		if (predecessor >= 0) {
			long departed = (predecessor < this.departures.size()) ? this.departures.get(predecessor) - now : 0;
			wait = Math.max(wait, departed + WINDOW_NANOS + later);
		}
		return wait;
	}

	/**
	 * Lets a request go.
	 * @param now the present time
	 * @return the account of the request
	 */
	Passage begin(long now) {
		this.pending++;
		this.underWay++;
		this.quota = this.quota.less(1);
		return new Passage(now);
	}

	/** The first byte of the request leaves. */
	void depart(Passage passage, long now) {
		this.pending--;
		passage.departed = true;
		passage.underWayAtSentry = this.underWay - this.pending;
		if (this.limit != 0) {
			passage.number = this.departures.add(now);
		}
	}

	/** The request is over, whether it left or not. */
	void end(Passage passage, long now) {
		this.underWay--;
		if (!passage.departed) {
			this.pending--;
			this.quota = this.quota.less(-1);
		}
		else {
			long nanos = now - passage.begun;
			this.averageNanos += (nanos - this.averageNanos) / ((this.averageNanos == 0) ? 1 : 8);
		}
		if (passage.answered && passage.begun - this.pausedUntil >= 0) {
			this.onTrial = false;
		}
	}

	/**
	 * Takes in what an answer tells. Others use up Sentry's limits too, whereas our own
	 * requests that left after this one were not counted in it yet.
	 * @param limits what the answer tells
	 * @param passage the request that was answered
	 * @param now the present time
	 */
	void correct(RateLimits limits, Passage passage, long now) {
		passage.answered = true;
		if (limits.isEmpty()) {
			return;
		}
		this.toldLimit = limits.limit();
		this.toldConcurrentLimit = limits.concurrentLimit();
		this.underWayElsewhere = 0;
		if (limits.concurrentLimit() != null && limits.concurrentRemaining() != null) {
			int atSentry = limits.concurrentLimit() - limits.concurrentRemaining();
			this.underWayElsewhere = Math.max(0, atSentry - passage.underWayAtSentry);
		}
		Duration untilReset = Objects.requireNonNullElse(limits.untilReset(), WINDOW);
		// An answer that took long tells of a window that is over, or less than we know.
		if (limits.remaining() != null && !untilReset.isNegative() && passage.number >= this.quota.toldBy()) {
			int uncounted = this.pending + this.departures.countAfter(passage.number);
			long nanos = (untilReset.compareTo(WINDOW) < 0) ? untilReset.toNanos() : WINDOW_NANOS;
			this.quota = new Quota(limits.remaining() - uncounted, now + nanos, passage.number);
		}
	}

	/** How many nanoseconds nothing may go for, whatever the limits say. */
	long pause(long now) {
		return Math.max(0, this.pausedUntil - now);
	}

	/**
	 * Nothing may go for some time, whatever the limits say. After the longest pause
	 * there is, one request goes first: it may end sooner than was said.
	 */
	void pause(Duration duration, long now) {
		this.onTrial |= duration.compareTo(RateLimited.LONGEST) >= 0;
		long until = now + duration.toNanos();
		if (until - this.pausedUntil > 0) {
			this.pausedUntil = until;
		}
	}

	private int effectiveLimit() {
		return (this.toldLimit != null) ? Math.clamp(this.toldLimit, 1, this.limit) : this.limit;
	}

	/** Never below 1: without an answer there would be no better news either. */
	private int concurrentLimit() {
		if (this.maxConcurrent == 0) {
			return Integer.MAX_VALUE;
		}
		int told = (this.toldConcurrentLimit != null) ? this.toldConcurrentLimit - this.underWayElsewhere
				: this.maxConcurrent;
		return Math.clamp(told, 1, this.maxConcurrent);
	}

	/** The account of one request. */
	static final class Passage {

		private final long begun;

		private boolean departed;

		private boolean answered;

		/** The running number of its departure. */
		private long number;

		private int underWayAtSentry;

		private Passage(long begun) {
			this.begun = begun;
		}

	}

	/**
	 * What Sentry has left for us in its present window.
	 *
	 * @param left how many requests
	 * @param until when the window ends, and this means nothing any more
	 * @param toldBy the running number of the request whose answer told it
	 */
	private record Quota(int left, long until, long toldBy) {

		Quota less(int requests) {
			return new Quota(this.left - requests, this.until, this.toldBy);
		}

		long forecast(int ahead, int perWindow, long now) {
			if (this.until - now <= 0 || ahead < this.left) {
				return 0;
			}
			return this.until - now + (ahead - Math.max(0, this.left)) / perWindow * WINDOW_NANOS;
		}

	}

	/** The times of the last departures, oldest first. */
	private static final class Departures {

		private final long[] times;

		private long added;

		private int size;

		Departures(int capacity) {
			this.times = new long[capacity];
		}

		/**
		 * Adds a departure.
		 * @param time when it was
		 * @return its running number
		 */
		long add(long time) {
			this.times[(int) (this.added % this.times.length)] = time;
			this.size++;
			return ++this.added;
		}

		int countAfter(long number) {
			return (int) (this.added - number);
		}

		int size() {
			return this.size;
		}

		long get(int index) {
			return this.times[(int) ((this.added - this.size + index) % this.times.length)];
		}

		void forget(long time) {
			while (this.size > 0 && get(0) - time <= 0) {
				this.size--;
			}
		}

	}

}
