package dev.memberproxy.sentry;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

import org.apache.hc.core5.concurrent.Cancellable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One HTTP exchange with Sentry: its time limit, the handle to cancel it, and whether any
 * byte of the request was sent.
 * <p>
 * Socket time-outs limit neither a head nor a body that arrives byte by byte, so a timer
 * cancels the whole exchange.
 */
final class Attempt implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(Attempt.class);

	/** The attempt of the current thread. */
	static final ScopedValue<Attempt> CURRENT = ScopedValue.newInstance();

	private final Duration readTimeout;

	private final AttemptListener listener;

	private final ScheduledExecutorService timers;

	private final long deadline;

	private volatile long limit;

	private ScheduledFuture<?> timer;

	private @Nullable Cancellable handle;

	private boolean expired;

	private volatile boolean withdrawn;

	private volatile boolean sent;

	/**
	 * @param limit the time for the attempt as a whole
	 * @param readTimeout the time from the first byte of the request to the last byte of
	 * the response
	 * @param listener learns when the request is sent
	 * @param timers runs the timer
	 */
	Attempt(Duration limit, Duration readTimeout, AttemptListener listener, ScheduledExecutorService timers) {
		this.readTimeout = readTimeout;
		this.listener = listener;
		this.timers = timers;
		this.deadline = System.nanoTime() + limit.toNanos();
		this.limit = this.deadline;
		this.timer = schedule((limit.compareTo(readTimeout) < 0) ? limit : readTimeout);
	}

	private ScheduledFuture<?> schedule(Duration delay) {
		return this.timers.schedule(this::expire, delay.toNanos(), TimeUnit.NANOSECONDS);
	}

	/** From now on the exchange can be cancelled. */
	synchronized void begin(Cancellable cancellable) {
		this.handle = cancellable;
		if (this.expired) {
			cancellable.cancel();
		}
	}

	/**
	 * The connection is established, and the first byte of the request is about to be
	 * sent. From here on Sentry may have seen the request. The deadline is checked here
	 * too, because the process may have stood still since it was checked last.
	 * @throws IOException if the request must not be sent any more
	 */
	synchronized void send() throws IOException {
		if (System.nanoTime() - this.deadline >= 0 || !this.listener.sending()) {
			this.withdrawn = true;
			throw new IOException("The request was withdrawn before it was sent");
		}
		long readLimit = System.nanoTime() + this.readTimeout.toNanos();
		this.limit = (readLimit - this.deadline < 0) ? readLimit : this.deadline;
		this.sent = true;
	}

	void received(int status, RateLimits limits) {
		this.listener.received(status, limits);
	}

	/** The time until the attempt is cancelled; negative if it is over. */
	Duration remaining() {
		return Duration.ofNanos(this.limit - System.nanoTime());
	}

	boolean isSent() {
		return this.sent;
	}

	/** Whether the attempt was cancelled because its time was over. */
	synchronized boolean isExpired() {
		return this.expired;
	}

	/** Whether nothing was sent although there was a connection. */
	boolean isWithdrawn() {
		return this.withdrawn;
	}

	/**
	 * Whether this service has ended the attempt, or is about to, before the time that
	 * Sentry has for a response was over.
	 */
	boolean isCutShort() {
		return this.withdrawn || (this.limit == this.deadline && System.nanoTime() - this.limit >= 0);
	}

	/**
	 * The limit may have moved since the timer was set: it is set once for most attempts.
	 */
	private synchronized void expire() {
		Duration remaining = remaining();
		if (remaining.isPositive()) {
			this.timer = schedule(remaining);
			return;
		}
		this.expired = true;
		try {
			cancel();
		}
		catch (RuntimeException ex) {
			logger.error("An attempt past its limit could not be cancelled", ex);
		}
	}

	synchronized void cancel() {
		if (this.handle != null) {
			this.handle.cancel();
		}
	}

	@Override
	public synchronized void close() {
		this.timer.cancel(false);
	}

}
