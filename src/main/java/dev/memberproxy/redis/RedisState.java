package dev.memberproxy.redis;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

import dev.memberproxy.core.SharedStateException;
import dev.memberproxy.redis.RedisScripts.Reply;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.SmartLifecycle;
import org.springframework.core.NestedExceptionUtils;

/**
 * Whether this replica can use Redis, and how many replicas there are.
 * <p>
 * The first failure ends the use: from then on nobody waits for Redis, and only a
 * heartbeat tries to reach it. Without it, a replica keeps to its share of each limit.
 * Before it does, it is quiet for one window, in which Sentry still counts what the
 * replicas have sent together. After the return it keeps to its share until all others
 * have returned too, and Redis knows the requests of a whole window again.
 */
final class RedisState implements SmartLifecycle {

	private static final Logger logger = LoggerFactory.getLogger(RedisState.class);

	static final Duration HEARTBEAT = Duration.ofMillis(500);

	/** A replica that is not heard of for this time is gone. */
	private static final Duration GONE_AFTER = Duration.ofSeconds(5);

	/** The number of replicas as long as this one has never reached Redis. */
	private static final int ASSUMED_REPLICAS = 3;

	private static final int MAX_LATE = 10_000;

	/**
	 * A lease outlives the deadline of its request by this. Nothing is sent after the
	 * deadline, but Sentry may still process what was sent before.
	 */
	static final Duration LEASE_MARGIN = Duration.ofSeconds(5);

	/** How far the clock of Redis may be off between two answers. */
	private static final Duration CLOCK_TOLERANCE = Duration.ofMillis(200);

	private final String replica = UUID.randomUUID().toString();

	private final RedisScripts scripts;

	private final Runnable checkServer;

	private final LongSupplier nanoClock;

	private final Duration quietTime;

	private @Nullable ScheduledExecutorService heartbeat;

	/** What could not be given back yet. */
	private final Queue<Supplier<CompletableFuture<?>>> late = new ConcurrentLinkedQueue<>();

	private volatile Mode mode = Mode.RETURNING;

	private volatile int replicas = ASSUMED_REPLICAS;

	private volatile Set<String> alive = Set.of();

	private volatile long quietUntil;

	private long returnedAt;

	private @Nullable ClockOffset clockOffset;

	private volatile boolean running;

	/**
	 * @param scripts runs scripts in Redis
	 * @param checkServer checks the configuration of Redis, when it is reached first
	 * @param quietTime the window in which Sentry counts requests
	 * @param nanoClock a monotonic clock in nanoseconds
	 * @param meterRegistry shows the state
	 */
	RedisState(RedisScripts scripts, Runnable checkServer, Duration quietTime, LongSupplier nanoClock,
			MeterRegistry meterRegistry) {
		this.scripts = scripts;
		this.checkServer = checkServer;
		this.quietTime = quietTime;
		this.nanoClock = nanoClock;
		this.quietUntil = nanoClock.getAsLong();
		Gauge.builder("members.state.degraded", this, (state) -> state.isAlone() ? 1 : 0)
			.description("1 while this replica cannot use Redis, 0 otherwise")
			.register(meterRegistry);
		Gauge.builder("members.state.replicas", this, (state) -> state.replicas)
			.description("Replicas that use the same Redis, as far as this one knows")
			.register(meterRegistry);
	}

	/**
	 * Runs a script, unless Redis could not be reached before.
	 * @param script the script
	 * @param keys the keys that it uses
	 * @param arguments its further arguments
	 * @return the answer; completes with a {@link SharedStateException} if there is none
	 */
	CompletableFuture<Reply> run(Script script, List<String> keys, Object... arguments) {
		if (isAlone()) {
			return CompletableFuture.failedFuture(new SharedStateException("Redis is not available", null));
		}
		return this.scripts.run(script, keys, arguments).whenComplete((_, failure) -> {
			if (failure != null) {
				failed(failure);
			}
		});
	}

	/**
	 * Gives something back, now or when Redis is available again. The change names an
	 * owner, so that it does no harm if it is late.
	 * @param change runs a script
	 * @return the end of the first attempt
	 */
	CompletableFuture<?> giveBack(Supplier<CompletableFuture<?>> change) {
		return change.get().whenComplete((_, failure) -> {
			// What is not given back in the end is over with its lease.
			if (failure != null && this.late.size() < MAX_LATE) {
				this.late.add(change);
			}
		});
	}

	/** The id of this replica. */
	String replica() {
		return this.replica;
	}

	/** Whether a replica is running, as far as this one knows. */
	boolean isAlive(String id) {
		return this.alive.contains(id);
	}

	/** Whether Redis cannot be used. */
	boolean isAlone() {
		return this.mode == Mode.ALONE;
	}

	/** How many replicas have to share a limit without asking each other. */
	int divisor() {
		return (this.mode == Mode.SHARED) ? 1 : this.replicas;
	}

	/** For how long this replica must not send anything to Sentry. */
	Duration quiet() {
		return Duration.ofNanos(Math.max(0, this.quietUntil - this.nanoClock.getAsLong()));
	}

	/**
	 * Compares the clock of Redis with the one of this process. Redis forgets requests
	 * too early if its clock is set forward, for example when another server takes over.
	 * @param redisMillis the time of an answer
	 * @param askedAt when it was asked for
	 * @return whether the answer can be relied on
	 */
	synchronized boolean isClockSteady(long redisMillis, long askedAt) {
		long now = this.nanoClock.getAsLong();
		// The answer was made at some time in between.
		long uncertainty = TimeUnit.NANOSECONDS.toMillis(now - askedAt) / 2;
		ClockOffset offset = new ClockOffset(redisMillis - TimeUnit.NANOSECONDS.toMillis(askedAt) - uncertainty,
				uncertainty);
		ClockOffset before = this.clockOffset;
		this.clockOffset = offset;
		if (before == null || offset.isLike(before)) {
			return true;
		}
		logger.warn("The clock of Redis was set by {} ms", offset.millis() - before.millis());
		this.mode = Mode.RETURNING;
		this.returnedAt = now;
		this.quietUntil = now + this.quietTime.toNanos();
		return false;
	}

	private synchronized void failed(Throwable failure) {
		if (this.mode == Mode.ALONE) {
			return;
		}
		this.mode = Mode.ALONE;
		this.clockOffset = null;
		this.quietUntil = this.nanoClock.getAsLong() + this.quietTime.toNanos();
		if (this.running) {
			logger.warn(
					"Redis is not available. Requests with an idempotency key are rejected; the others keep to 1/{} of"
							+ " each limit: {}",
					this.replicas, NestedExceptionUtils.getMostSpecificCause(failure).toString());
		}
	}

	private synchronized void reached(Set<String> ids) {
		long now = this.nanoClock.getAsLong();
		boolean first = this.alive.isEmpty();
		if (first || this.mode == Mode.ALONE) {
			logger.info("Redis is available; {} replicas use it", ids.size());
			this.mode = Mode.RETURNING;
			this.returnedAt = now;
		}
		else if (this.mode == Mode.RETURNING
				&& now - this.returnedAt >= this.quietTime.plus(HEARTBEAT.multipliedBy(2)).toNanos()) {
			this.mode = Mode.SHARED;
		}
		this.replicas = (first || this.mode == Mode.SHARED) ? ids.size() : Math.max(this.replicas, ids.size());
		this.alive = ids;
	}

	private void beat() {
		long start = this.nanoClock.getAsLong();
		try {
			Reply reply = this.scripts.run(Script.REPLICA, List.of(Keys.REPLICAS), this.replica, GONE_AFTER.toMillis())
				.join();
			Set<String> ids = new HashSet<>();
			for (int i = 1; i < reply.size(); i++) {
				ids.add(reply.text(i));
			}
			boolean first = this.alive.isEmpty();
			var _ = isClockSteady(reply.number(0), start);
			reached(Set.copyOf(ids));
			if (first) {
				this.checkServer.run();
			}
			// Not those that are added meanwhile, because Redis is away again.
			for (int i = this.late.size(); i > 0; i--) {
				var _ = giveBack(this.late.remove());
			}
		}
		catch (RuntimeException ex) {
			failed(ex);
		}
	}

	@Override
	public void start() {
		this.running = true;
		// The replicas must notice together that Redis was started again.
		this.scripts.onDisconnect(() -> failed(new SharedStateException("The connection to Redis broke", null)));
		beat();
		// A stopped service may be started again.
		ScheduledExecutorService executor = Executors
			.newSingleThreadScheduledExecutor(Thread.ofVirtual().name("redis-heartbeat").factory());
		var _ = executor.scheduleWithFixedDelay(this::beat, HEARTBEAT.toMillis(), HEARTBEAT.toMillis(),
				TimeUnit.MILLISECONDS);
		this.heartbeat = executor;
	}

	/** Everything that was given back before reaches Redis first. */
	@Override
	public void stop() {
		this.running = false;
		if (this.heartbeat != null) {
			this.heartbeat.shutdownNow();
		}
		if (!isAlone()) {
			var _ = run(Script.LEAVE, List.of(Keys.REPLICAS), this.replica).exceptionally((_) -> null).join();
		}
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	/** Starts after the connection, and before the web server; stops in reverse order. */
	@Override
	public int getPhase() {
		return 1_000;
	}

	/**
	 * By how much the clock of Redis differs from the one of this process.
	 *
	 * @param millis the difference
	 * @param uncertainty how much more or less it may be
	 */
	private record ClockOffset(long millis, long uncertainty) {

		boolean isLike(ClockOffset other) {
			return Math.abs(this.millis - other.millis) <= CLOCK_TOLERANCE.toMillis() + this.uncertainty
					+ other.uncertainty;
		}

	}

	private enum Mode {

		/** The replicas keep the limits together. */
		SHARED,

		/** The replicas ask each other, and each keeps to its share as well. */
		RETURNING,

		/** Each replica keeps to its share. */
		ALONE

	}

}
