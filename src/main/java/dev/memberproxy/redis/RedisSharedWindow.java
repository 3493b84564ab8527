package dev.memberproxy.redis;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

import dev.memberproxy.channel.SharedWindow;
import dev.memberproxy.redis.RedisScripts.Reply;

/**
 * Keeps the send times and the slots of all replicas in Redis.
 * <p>
 * A request that may be sent counts from the latest moment at which it may be sent, and
 * from the moment it is sent once that is reported. So it never counts from too early,
 * even if the replica stands still, or is gone.
 */
final class RedisSharedWindow implements SharedWindow {

	/** Later, the right to send has to be asked for again. */
	private static final Duration USE_WITHIN = Duration.ofSeconds(1);

	/** How long an answer shows what the others do. */
	private static final Duration CURRENT = Duration.ofSeconds(2);

	private final RedisState state;

	private final LongSupplier nanoClock;

	private final Duration lease;

	private final String sendTimes;

	private final String slots;

	private final String pause;

	private final String queues;

	private final AtomicLong count = new AtomicLong();

	private final AtomicInteger inFlight = new AtomicInteger();

	private volatile Snapshot last;

	/**
	 * @param state the state of Redis
	 * @param name the organization and the method
	 * @param lease how long Sentry may process a request of a replica that is gone
	 * @param nanoClock a monotonic clock in nanoseconds
	 */
	RedisSharedWindow(RedisState state, String name, Duration lease, LongSupplier nanoClock) {
		this.state = state;
		this.nanoClock = nanoClock;
		this.lease = lease;
		this.sendTimes = Keys.name("sent", name);
		this.slots = Keys.name("slots", name);
		this.pause = Keys.name("pause", name);
		this.queues = Keys.name("queues", name);
		this.last = new Snapshot(nanoClock.getAsLong() - CURRENT.toNanos(), 0, 0, Duration.ZERO);
	}

	@Override
	public int divisor() {
		return this.state.divisor();
	}

	@Override
	public Answer ask(Demand demand) {
		Duration quiet = this.state.quiet();
		if (quiet.isPositive()) {
			return new Wait(quiet);
		}
		if (this.state.isAlone()) {
			return Go.ALONE;
		}
		String id = this.state.replica() + ":" + this.count.incrementAndGet();
		long start = this.nanoClock.getAsLong();
		return ask(id, demand).<Answer>map(Wait::new).orElseGet(() -> new Slot(id, demand, start));
	}

	/** When to ask again; empty if the request may be sent. */
	private Optional<Duration> ask(String id, Demand demand) {
		long start = this.nanoClock.getAsLong();
		Reply reply;
		try {
			reply = this.state
				.run(Script.ASK, List.of(this.sendTimes, this.slots, this.pause, this.queues), id, demand.limit(),
						demand.maxConcurrent(), WINDOW.toMillis(), USE_WITHIN.toMillis(), this.lease.toMillis(),
						this.state.replica(), demand.waiting())
				.join();
		}
		catch (CompletionException _) {
			// The state is no longer shared, and has logged why.
			end(id, false);
			return Optional.of(this.state.quiet());
		}
		if (!this.state.isClockSteady(reply.number(4), start)) {
			end(id, false);
			return Optional.of(this.state.quiet());
		}
		this.last = new Snapshot(this.nanoClock.getAsLong(), (int) reply.number(2), (int) reply.number(3),
				reply.millis(1));
		return (reply.number(0) == 1) ? Optional.empty() : Optional.of(reply.millis(1));
	}

	@Override
	public Others others() {
		Snapshot snapshot = this.last;
		long age = this.nanoClock.getAsLong() - snapshot.at();
		// A replica that keeps to its share leaves the shares of the others alone.
		if (divisor() > 1 || age >= CURRENT.toNanos()) {
			return Others.NONE;
		}
		Duration opensIn = snapshot.opensIn().minusNanos(age);
		return new Others(snapshot.waiting(), Math.max(0, snapshot.inFlight() - this.inFlight.get()),
				opensIn.isPositive() ? opensIn : Duration.ZERO);
	}

	@Override
	public void pause(Duration duration) {
		var _ = this.state.run(Script.PAUSE, List.of(this.pause), duration.toMillis());
	}

	private void end(String id, boolean sent) {
		var _ = this.state
			.giveBack(() -> this.state.run(Script.END, List.of(this.sendTimes, this.slots), id, sent ? 1 : 0));
	}

	/**
	 * The last answer.
	 *
	 * @param at when it arrived
	 * @param waiting the requests in the queues of the other replicas
	 * @param inFlight the requests of all replicas that are in progress
	 * @param opensIn when to ask again
	 */
	private record Snapshot(long at, int waiting, int inFlight, Duration opensIn) {
	}

	private final class Slot implements Go {

		private final String id;

		private final Demand demand;

		private final long askedAt;

		private boolean sent;

		Slot(String id, Demand demand, long askedAt) {
			this.id = id;
			this.demand = demand;
			this.askedAt = askedAt;
			RedisSharedWindow.this.inFlight.incrementAndGet();
		}

		@Override
		public boolean send() {
			RedisSharedWindow window = RedisSharedWindow.this;
			if (window.nanoClock.getAsLong() - this.askedAt >= USE_WITHIN.toNanos() && !renew()) {
				return false;
			}
			this.sent = true;
			var _ = window.state.run(Script.SENT, List.of(window.sendTimes), this.id);
			return true;
		}

		/** The connection took long, or the process stood still, and may do so again. */
		private boolean renew() {
			long start = RedisSharedWindow.this.nanoClock.getAsLong();
			return ask(this.id, this.demand).isEmpty()
					&& RedisSharedWindow.this.nanoClock.getAsLong() - start < USE_WITHIN.toNanos();
		}

		@Override
		public void end() {
			RedisSharedWindow.this.inFlight.decrementAndGet();
			RedisSharedWindow.this.end(this.id, this.sent);
		}

	}

}
