package dev.memberproxy.redis;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

import dev.memberproxy.core.Digests;
import dev.memberproxy.core.MemberRef;
import dev.memberproxy.provisioning.MemberLocks;
import org.jspecify.annotations.Nullable;

/**
 * Locks in Redis, each with an owner and a lease. Within a replica the local lock comes
 * first, so that one request of each replica waits for a lock in Redis. Without Redis the
 * local lock has to do.
 */
final class RedisMemberLocks implements MemberLocks {

	private static final int FIRST_WAIT_MILLIS = 10;

	private static final int MAX_WAIT_MILLIS = 80;

	private final RedisState state;

	private final MemberLocks local;

	private final LongSupplier nanoClock;

	private final RandomGenerator random;

	/**
	 * @param state the state of Redis
	 * @param local the locks within this replica
	 * @param nanoClock a monotonic clock in nanoseconds
	 * @param random the source of the jitter of waits
	 */
	RedisMemberLocks(RedisState state, MemberLocks local, LongSupplier nanoClock, RandomGenerator random) {
		this.state = state;
		this.local = local;
		this.nanoClock = nanoClock;
		this.random = random;
	}

	@Override
	public MemberLock request(String organization, MemberRef ref, Duration deadline) {
		String member = switch (ref) {
			case MemberRef.ByAddress(var address) -> address.value();
			case MemberRef.ById(var id) -> id.value();
		};
		return new Request(this.local.request(organization, ref, deadline),
				Keys.name("lock", organization, Digests.sha256Hex(member)), deadline.plus(RedisState.LEASE_MARGIN));
	}

	private final class Request implements MemberLock {

		private final MemberLock localLock;

		private final String key;

		private final Duration lease;

		private final String owner = RedisMemberLocks.this.state.replica() + ":"
				+ Long.toHexString(RedisMemberLocks.this.random.nextLong());

		/** Whether the last attempt was successful; null if there was none. */
		private @Nullable CompletableFuture<Boolean> attempt;

		Request(MemberLock localLock, String key, Duration lease) {
			this.localLock = localLock;
			this.key = key;
			this.lease = lease;
			if (localLock.await(Duration.ZERO)) {
				this.attempt = attempt();
			}
		}

		@Override
		public boolean await(Duration patience) {
			long end = RedisMemberLocks.this.nanoClock.getAsLong() + patience.toNanos();
			if (this.attempt == null) {
				if (!this.localLock.await(patience)) {
					return false;
				}
				this.attempt = attempt();
			}
			int longest = FIRST_WAIT_MILLIS;
			while (!this.attempt.join()) {
				long remaining = end - RedisMemberLocks.this.nanoClock.getAsLong();
				if (remaining <= 0 || !pause(Math.min(remaining, nanos(longest)))) {
					return false;
				}
				longest = Math.min(2 * longest, MAX_WAIT_MILLIS);
				this.attempt = attempt();
			}
			return true;
		}

		private CompletableFuture<Boolean> attempt() {
			return RedisMemberLocks.this.state.run(Script.LOCK, List.of(this.key), this.owner, this.lease.toMillis())
				.handle((reply, failure) -> failure != null || reply.number(0) == 1);
		}

		private long nanos(int longest) {
			return Duration.ofMillis(longest / 2 + RedisMemberLocks.this.random.nextInt(longest)).toNanos();
		}

		private static boolean pause(long nanos) {
			try {
				Thread.sleep(Duration.ofNanos(nanos));
				return true;
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				return false;
			}
		}

		/** Redis first, so that the next request of this replica finds the lock free. */
		@Override
		public void close() {
			if (this.attempt != null) {
				RedisState state = RedisMemberLocks.this.state;
				var _ = state.giveBack(() -> state.run(Script.UNLOCK, List.of(this.key), this.owner));
			}
			this.localLock.close();
		}

	}

}
