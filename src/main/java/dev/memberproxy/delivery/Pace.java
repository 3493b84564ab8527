package dev.memberproxy.delivery;

import java.time.Duration;
import java.util.Objects;

import dev.memberproxy.organizations.Organization.Pacing;
import dev.memberproxy.sentry.RateLimits;
import org.jspecify.annotations.Nullable;

/**
 * Keeps account of the requests sent to Sentry with one method, and tells when the next
 * ones may go. All arithmetic: it does not wait, takes the time from outside (in
 * nanoseconds of any clock that only goes forward), and is guarded by {@link Pacer}.
 * <p>
 * A log of the last departures, because only that keeps the promise: a token bucket lets
 * twice its rate through in the second after a pause. Bucket4j's buckets can be filled
 * slowly enough to prevent that, but they promise times ahead, which a settling request
 * could no longer pass, and which could not be taken back when Sentry tells of less. A
 * request counts from the moment its first byte leaves, not from the moment it was let
 * go: a connection that took long to stand must not put two windows' worth of requests
 * into one second.
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

	/** How long a request is under way, on average. */
	private long averageNanos;

	private @Nullable Integer toldLimit;

	private @Nullable Integer toldConcurrentLimit;

	/** How many requests of others are under way at Sentry. */
	private int underWayElsewhere;

	/** How many requests Sentry has left for us, until its window ends. */
	private int left;

	private long leftUntil;

	private long pausedUntil;

	Pace(Pacing pacing, long now) {
		this.limit = pacing.requestsPerSecond();
		this.maxConcurrent = pacing.maxConcurrent();
		this.departures = new Departures(this.limit);
		this.leftUntil = now;
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
		if (this.underWay >= concurrentLimit()) {
			return UNKNOWN;
		}
		long pause = pause(now);
		if (this.limit == 0) {
			return pause;
		}
		this.departures.forget(now - WINDOW_NANOS);
		if (this.pending >= effectiveLimit()) {
			return UNKNOWN;
		}
		int excess = this.departures.size() + this.pending - effectiveLimit();
		long window = (excess < 0) ? 0 : this.departures.get(excess) + WINDOW_NANOS - now;
		long quota = (this.left <= 0) ? Math.max(0, this.leftUntil - now) : 0;
		return Math.max(pause, Math.max(window, quota));
	}

	/**
	 * Foretells how long a request will have to wait if nobody passes it.
	 * @param ahead how many go before it
	 * @param now the present time
	 * @return nanoseconds
	 */
	long forecast(int ahead, long now) {
		long wait = pause(now);
		if (this.limit != 0) {
			wait = Math.max(wait, forecastWindow(ahead, now));
		}
		long excess = (long) this.underWay + ahead + 1 - concurrentLimit();
		if (excess > 0) {
			wait = Math.max(wait, this.averageNanos * excess / concurrentLimit());
		}
		return wait;
	}

	private long forecastWindow(int ahead, long now) {
		this.departures.forget(now - WINDOW_NANOS);
		if (now - this.leftUntil < 0 && ahead >= this.left) {
			return this.leftUntil - now + (ahead - Math.max(0, this.left)) / effectiveLimit() * WINDOW_NANOS;
		}
		int toEnd = this.departures.size() + this.pending + ahead - effectiveLimit();
		if (toEnd < 0) {
			return 0;
		}
		if (toEnd < this.departures.size()) {
			return this.departures.get(toEnd) + WINDOW_NANOS - now;
		}
		return WINDOW_NANOS * (1 + (toEnd - this.departures.size()) / effectiveLimit());
	}

	/**
	 * Lets a request go.
	 * @param now the present time
	 * @return the account of the request
	 */
	Passage begin(long now) {
		this.pending++;
		this.underWay++;
		this.left--;
		return new Passage(now);
	}

	/** The first byte of the request leaves. */
	void depart(Passage passage, long now) {
		this.pending--;
		passage.departed = true;
		passage.underWayAtDeparture = this.underWay;
		if (this.limit != 0) {
			passage.departure = this.departures.add(now);
		}
	}

	/** The request is over, whether it left or not. */
	void end(Passage passage, long now) {
		this.underWay--;
		if (!passage.departed) {
			this.pending--;
			this.left++;
		}
		long nanos = now - passage.begun;
		this.averageNanos += (nanos - this.averageNanos) / ((this.averageNanos == 0) ? 1 : 8);
	}

	/**
	 * Takes in what an answer tells. Others use up Sentry's limits too, whereas our own
	 * requests that left after this one were not counted in it yet.
	 * @param limits what the answer tells
	 * @param passage the request that was answered
	 * @param now the present time
	 */
	void correct(RateLimits limits, Passage passage, long now) {
		this.toldLimit = limits.limit();
		if (limits.remaining() != null) {
			this.left = limits.remaining() - this.pending - this.departures.countAfter(passage.departure);
			this.leftUntil = now + Math.min(WINDOW_NANOS, untilReset(limits));
		}
		this.toldConcurrentLimit = limits.concurrentLimit();
		this.underWayElsewhere = 0;
		if (limits.concurrentLimit() != null && limits.concurrentRemaining() != null) {
			int atSentry = limits.concurrentLimit() - limits.concurrentRemaining();
			this.underWayElsewhere = Math.max(0, atSentry - passage.underWayAtDeparture);
		}
	}

	private static long untilReset(RateLimits limits) {
		return Objects.requireNonNullElse(limits.untilReset(), WINDOW).toNanos();
	}

	/** How many nanoseconds nothing may go for, whatever the limits say. */
	long pause(long now) {
		return Math.max(0, this.pausedUntil - now);
	}

	/** Nothing may go for some time, whatever the limits say. */
	void pause(Duration duration, long now) {
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

		private long departure;

		private int underWayAtDeparture;

		private Passage(long begun) {
			this.begun = begun;
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

		int countAfter(long departure) {
			return (int) (this.added - departure);
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
