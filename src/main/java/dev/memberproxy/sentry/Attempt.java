package dev.memberproxy.sentry;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;

import org.apache.hc.core5.concurrent.Cancellable;

/**
 * One call to Sentry: its time limit, the handle to cancel it, and whether any of it has
 * left.
 * <p>
 * Socket time-outs bound neither a head nor a body that drips in byte by byte, and cost a
 * timer for each read of a virtual thread; {@link AttemptWatch} cancels an attempt
 * instead when its limit has passed.
 */
final class Attempt {

	/** The attempt that the current thread is making. */
	static final ScopedValue<Attempt> CURRENT = ScopedValue.newInstance();

	private final Duration readTimeout;

	private final AttemptListener listener;

	private final long deadline;

	private volatile long limit;

	private volatile boolean left;

	private volatile boolean expired;

	private final AtomicReference<Cancellable> handle = new AtomicReference<>();

	/**
	 * @param limit for the attempt as a whole
	 * @param readTimeout from the first byte of the request to the last byte of the
	 * answer
	 * @param listener learns when the request leaves
	 */
	Attempt(Duration limit, Duration readTimeout, AttemptListener listener) {
		this.readTimeout = readTimeout;
		this.listener = listener;
		this.deadline = System.nanoTime() + limit.toNanos();
		this.limit = this.deadline;
	}

	/** The request may be cancelled through this handle from now on. */
	void begin(Cancellable handle) {
		this.handle.set(handle);
	}

	/**
	 * The connection stands and the first byte of the request is about to be handed to
	 * it. From here on Sentry may have seen the request.
	 */
	void leave() {
		long readLimit = System.nanoTime() + this.readTimeout.toNanos();
		this.limit = (readLimit - this.deadline < 0) ? readLimit : this.deadline;
		this.listener.departing();
		this.left = true;
	}

	void answered(int status, RateLimits limits) {
		this.listener.answered(status, limits);
	}

	/** How long until the attempt is cancelled; negative if it should have been. */
	Duration remaining() {
		return Duration.ofNanos(this.limit - System.nanoTime());
	}

	boolean hasLeft() {
		return this.left;
	}

	/** Whether the attempt was cancelled because its limit had passed. */
	boolean isExpired() {
		return this.expired;
	}

	/**
	 * Whether the caller's deadline has ended the attempt, or is about to, before the
	 * time that Sentry has for an answer was over.
	 */
	boolean isCutShort() {
		return this.limit == this.deadline && System.nanoTime() - this.limit >= 0;
	}

	void expireIfDue(long now) {
		if (now - this.limit >= 0) {
			this.expired = true;
			cancel();
		}
	}

	void cancel() {
		Cancellable cancellable = this.handle.get();
		if (cancellable != null) {
			cancellable.cancel();
		}
	}

}
