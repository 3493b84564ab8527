package dev.memberproxy.channel;

import java.time.Duration;

import dev.memberproxy.channel.SharedWindow.Others;
import dev.memberproxy.organizations.Organization.Pacing;
import dev.memberproxy.sentry.Failure.NotProcessed;
import dev.memberproxy.sentry.RateLimits;
import org.jspecify.annotations.Nullable;

/**
 * Decides when the next request of one method may be sent, so that Sentry's rate limit
 * and its limit of concurrent requests hold. It does not wait, takes the time from
 * outside (in nanoseconds of a monotonic clock), and is guarded by {@link RequestQueue}.
 * <p>
 * It keeps a log of the last requests, because a token bucket admits twice its rate in
 * the second after a pause. A request counts from the moment its first byte is sent: with
 * slow connections, the requests of two windows could otherwise arrive in one second.
 * <p>
 * See docs/sentry-scim-contract.md, section 14.
 */
final class RateWindow {

	static final Duration WINDOW = SharedWindow.WINDOW;

	/** The wait until something else than time has to happen first. */
	static final long UNKNOWN = Long.MAX_VALUE;

	private static final long WINDOW_NANOS = WINDOW.toNanos();

	private final int limit;

	private final int maxConcurrent;

	private final SendTimes sendTimes;

	/** Admitted, but not sent yet. */
	private int pending;

	/** Admitted, and not ended yet. */
	private int inFlight;

	/** How long a request is in flight, as a moving average. */
	private long averageNanos;

	private int divisor = 1;

	private @Nullable Integer reportedLimit;

	private @Nullable Integer reportedConcurrentLimit;

	private long pausedUntil;

	/** After the longest pause, one request at a time until one has a response. */
	private boolean onTrial;

	RateWindow(Pacing pacing, long now) {
		this.limit = pacing.requestsPerSecond();
		this.maxConcurrent = pacing.maxConcurrent();
		this.sendTimes = new SendTimes(this.limit);
		this.pausedUntil = now;
	}

	boolean isOpen(long now) {
		return waitForOpening(now) == 0;
	}

	/**
	 * How long until time alone may admit a request.
	 * @param now the current time
	 * @return nanoseconds, 0 if a request is admitted now, or {@link #UNKNOWN} if another
	 * request has to be sent or to end first
	 */
	long waitForOpening(long now) {
		if (this.inFlight >= ownConcurrentLimit() || (this.onTrial && this.inFlight > 0)) {
			return UNKNOWN;
		}
		if (this.limit != 0 && this.pending >= ownLimit()) {
			return UNKNOWN;
		}
		return waitForRate(0, now);
	}

	/**
	 * Predicts how long a request has to wait.
	 * @param here the number of requests of this replica that are admitted before it
	 * @param others the requests of other replicas
	 * @param now the current time
	 * @return nanoseconds
	 */
	long forecast(int here, Others others, long now) {
		int ahead = here + others.waiting();
		long wait = Math.max(waitForRate(ahead, now), waitForOthers(ahead, others));
		long excess = (long) this.inFlight + others.inFlight() + ahead + 1 - ownConcurrentLimit();
		return (excess > 0) ? Math.max(wait, this.averageNanos * excess / ownConcurrentLimit()) : wait;
	}

	private long waitForOthers(int ahead, Others others) {
		long windows = (this.limit != 0) ? ahead / ownLimit() : 0;
		return others.opensIn().isZero() ? 0 : others.opensIn().toNanos() + windows * WINDOW_NANOS;
	}

	/** How long a request is in flight on average; 0 as long as none has ended. */
	long averageNanos() {
		return this.averageNanos;
	}

	private long waitForRate(int ahead, long now) {
		long pause = pause(now);
		if (this.limit == 0) {
			return pause;
		}
		this.sendTimes.removeUntil(now - WINDOW_NANOS);
		int perWindow = ownLimit();
		long later = ahead / perWindow * WINDOW_NANOS;
		long wait = pause + later;
		// It follows the request that is sent a window before it.
		int predecessor = this.sendTimes.size() + this.pending + ahead % perWindow - perWindow;
		if (predecessor >= 0) {
			long sent = (predecessor < this.sendTimes.size()) ? this.sendTimes.get(predecessor) - now : 0;
			wait = Math.max(wait, sent + WINDOW_NANOS + later);
		}
		return wait;
	}

	/** Admits a request. */
	InFlight begin(long now) {
		this.pending++;
		this.inFlight++;
		return new InFlight(now);
	}

	/** The first byte of the request is sent. */
	void send(InFlight request, long now) {
		this.pending--;
		request.sent = true;
		if (this.limit != 0) {
			this.sendTimes.add(now);
		}
	}

	/** The request ended, whether it was sent or not. */
	void end(InFlight request, long now) {
		this.inFlight--;
		if (!request.sent) {
			this.pending--;
		}
		else {
			long nanos = now - request.begun;
			this.averageNanos += (nanos - this.averageNanos) / ((this.averageNanos == 0) ? 1 : 8);
		}
		if (request.answered && request.begun - this.pausedUntil >= 0) {
			this.onTrial = false;
		}
	}

	/** A response arrived. Others use Sentry's limits too. */
	void received(RateLimits limits, InFlight request, long now) {
		request.answered = true;
		if (!limits.isEmpty()) {
			this.reportedLimit = limits.limit();
			this.reportedConcurrentLimit = limits.concurrentLimit();
		}
		Duration exhausted = limits.exhaustedFor();
		if (exhausted != null) {
			pauseUntil(now + ((exhausted.compareTo(WINDOW) < 0) ? exhausted.toNanos() : WINDOW_NANOS));
		}
	}

	/** How many nanoseconds nothing is admitted for, whatever the limits are. */
	long pause(long now) {
		return Math.max(0, this.pausedUntil - now);
	}

	/**
	 * Admits nothing for some time. After the longest pause one request goes first: it
	 * shows whether the pause can end sooner than the next one would.
	 */
	void pause(Duration duration, long now) {
		this.onTrial |= duration.compareTo(NotProcessed.MAX_RETRY_AFTER) >= 0;
		pauseUntil(now + duration.toNanos());
	}

	private void pauseUntil(long until) {
		if (until - this.pausedUntil > 0) {
			this.pausedUntil = until;
		}
	}

	/** Replicas that cannot ask each other share the limits. */
	void divideBy(int replicas) {
		this.divisor = replicas;
	}

	/** The most requests of all replicas in a window; 0 for no limit. */
	int limit() {
		return (this.limit == 0) ? 0 : effective(this.limit, this.reportedLimit);
	}

	/** The most requests of all replicas that are in progress at the same time. */
	int concurrentLimit() {
		return (this.maxConcurrent == 0) ? Integer.MAX_VALUE
				: effective(this.maxConcurrent, this.reportedConcurrentLimit);
	}

	/** At least 1: without a response, a higher limit would never be reported. */
	private static int effective(int configured, @Nullable Integer reported) {
		return (reported != null) ? Math.clamp(reported, 1, configured) : configured;
	}

	private int ownLimit() {
		return Math.max(1, limit() / this.divisor);
	}

	private int ownConcurrentLimit() {
		return Math.max(1, concurrentLimit() / this.divisor);
	}

	/** One admitted request. */
	static final class InFlight {

		private final long begun;

		private boolean sent;

		private boolean answered;

		private InFlight(long begun) {
			this.begun = begun;
		}

	}

	/** When the last requests were sent, oldest first. */
	private static final class SendTimes {

		private final long[] times;

		private long added;

		private int size;

		SendTimes(int capacity) {
			this.times = new long[capacity];
		}

		void add(long time) {
			this.times[(int) (this.added++ % this.times.length)] = time;
			this.size++;
		}

		int size() {
			return this.size;
		}

		long get(int index) {
			return this.times[(int) ((this.added - this.size + index) % this.times.length)];
		}

		void removeUntil(long time) {
			while (this.size > 0 && get(0) - time <= 0) {
				this.size--;
			}
		}

	}

}
