package dev.memberproxy.redis;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

import dev.memberproxy.core.Digests;
import dev.memberproxy.idempotency.Fingerprint;
import dev.memberproxy.idempotency.IdempotencyKey;
import dev.memberproxy.idempotency.IdempotencyProperties;
import dev.memberproxy.idempotency.IdempotencyStore;
import dev.memberproxy.problem.RenderedResponse;
import dev.memberproxy.redis.RedisScripts.Reply;

/**
 * Keeps keys in Redis. The lease of a claim is set once: it is longer than its request
 * can take, so that a claim whose lease is over belongs to a replica that is gone.
 */
final class RedisIdempotencyStore implements IdempotencyStore {

	/** Most requests take less. */
	private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

	private final RedisState state;

	private final IdempotencyProperties properties;

	RedisIdempotencyStore(RedisState state, IdempotencyProperties properties) {
		this.state = state;
		this.properties = properties;
	}

	@Override
	public CompletableFuture<Claim> claim(IdempotencyKey key, Fingerprint fingerprint, Duration deadline) {
		String owner = this.state.replica() + ":" + UUID.randomUUID();
		return this.state
			.run(Script.CLAIM, List.of(name(key)), fingerprint.value(), owner,
					deadline.plus(RedisState.LEASE_MARGIN).toMillis(), this.properties.ttl().toMillis())
			.whenComplete((_, failure) -> {
				// It may have been granted, or be granted later.
				if (failure != null) {
					release(key, owner);
				}
			})
			.thenApply((reply) -> switch (reply.text(0)) {
				case "new" -> new Claim.Granted(owner, false);
				case "open" -> new Claim.Granted(owner, true);
				case "running" -> new Claim.InProgress(retryAfter(reply));
				case "reused" -> new Claim.Reused();
				default -> completed(key, reply.text(1));
			});
	}

	/** The claim of a replica that is gone is not ended before its lease. */
	private Duration retryAfter(Reply reply) {
		Duration lease = reply.millis(1);
		String owner = reply.text(2);
		boolean alive = this.state.isAlive(owner.substring(0, owner.indexOf(':')));
		return (alive && lease.compareTo(RETRY_AFTER) > 0) ? RETRY_AFTER : lease;
	}

	private static Claim completed(IdempotencyKey key, String stored) {
		return new Claim.Completed(StoredResponse.decrypt(stored, key));
	}

	/**
	 * The caller waits for this, so that a retry gets the same response. If Redis does
	 * not respond, the response is stored when it does again; until its lease is over the
	 * key is in use.
	 */
	@Override
	public void keep(IdempotencyKey key, String owner, RenderedResponse response) {
		finish(key, owner, "done", StoredResponse.encrypt(response, key)).handle((_, _) -> null).join();
	}

	@Override
	public void leaveOpen(IdempotencyKey key, String owner) {
		var _ = finish(key, owner, "open", "");
	}

	@Override
	public void release(IdempotencyKey key, String owner) {
		var _ = this.state.giveBack(() -> this.state.run(Script.RELEASE, List.of(name(key)), owner));
	}

	private CompletableFuture<?> finish(IdempotencyKey key, String owner, String end, String response) {
		String index = Keys.name("keys", Digests.sha256Hex(key.client()));
		return this.state
			.giveBack(() -> this.state
				.run(Script.FINISH, List.of(name(key), index), owner, end, this.properties.ttl().toMillis(), response,
						key.digest(), this.properties.maxEntries())
				.thenAccept(this::evict));
	}

	private void evict(Reply finished) {
		if (finished.size() > 0) {
			String oldest = Keys.name("key", finished.text(0));
			var _ = this.state.giveBack(() -> this.state.run(Script.EVICT, List.of(oldest)));
		}
	}

	private static String name(IdempotencyKey key) {
		return Keys.name("key", key.digest());
	}

}
