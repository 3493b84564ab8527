package dev.memberproxy.redis;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

import dev.memberproxy.clients.LocalQuota;
import dev.memberproxy.clients.Quota;
import dev.memberproxy.core.Digests;
import dev.memberproxy.redis.RedisScripts.Reply;

/**
 * Counts the requests of all replicas in Redis. Without Redis, a replica counts its own
 * and keeps to its share.
 */
final class RedisQuota implements Quota {

	private final RedisState state;

	private final String key;

	private final int limit;

	private final LongSupplier nanoClock;

	private final LocalQuota local;

	private final AtomicLong count = new AtomicLong();

	private volatile Snapshot last;

	/**
	 * @param state the state of Redis
	 * @param client the name of the client
	 * @param limit how many requests, at least 1
	 * @param nanoClock a monotonic clock in nanoseconds
	 */
	RedisQuota(RedisState state, String client, int limit, LongSupplier nanoClock) {
		this.state = state;
		this.key = Keys.name("quota", Digests.sha256Hex(client));
		this.limit = limit;
		this.nanoClock = nanoClock;
		this.local = new LocalQuota(limit, nanoClock);
		this.last = new Snapshot(nanoClock.getAsLong(), limit, Duration.ZERO);
	}

	@Override
	public CompletableFuture<Optional<Duration>> tryConsume() {
		String id = this.state.replica() + ":" + this.count.incrementAndGet();
		return this.state.run(Script.QUOTA, List.of(this.key), this.limit, id)
			.handle((reply, failure) -> (failure == null) ? read(reply) : countHere());
	}

	private Optional<Duration> read(Reply reply) {
		this.last = new Snapshot(this.nanoClock.getAsLong(), this.limit - (int) reply.number(1), reply.millis(2));
		if (reply.number(0) == 0) {
			return Optional.of(reply.millis(2));
		}
		// In case that Redis is not available in the next minute.
		var _ = this.local.tryConsume(this.limit);
		return Optional.empty();
	}

	private Optional<Duration> countHere() {
		return this.local.tryConsume(Math.max(1, this.limit / this.state.divisor()));
	}

	@Override
	public Status status() {
		if (this.state.isAlone()) {
			return this.local.status();
		}
		Snapshot snapshot = this.last;
		Duration untilNext = snapshot.untilNext().minusNanos(this.nanoClock.getAsLong() - snapshot.at());
		return untilNext.isPositive() ? new Status(this.limit, snapshot.remaining(), Optional.of(untilNext))
				// At least one more, and perhaps all: the others are not known.
				: new Status(this.limit, Math.min(this.limit, snapshot.remaining() + 1), Optional.empty());
	}

	/**
	 * The last answer.
	 *
	 * @param at when it arrived
	 * @param remaining how many requests were left
	 * @param untilNext how long until one more was left
	 */
	private record Snapshot(long at, int remaining, Duration untilNext) {
	}

}
