package dev.memberproxy.idempotency;

import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.SequencedSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentMap;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.memberproxy.problem.RenderedResponse;
import org.jspecify.annotations.Nullable;

/**
 * Keeps keys in the memory of this process, until it ends. Both the number of ended
 * requests and the time they are kept are bounded; a running request keeps its key.
 */
final class InMemoryIdempotencyStore implements IdempotencyStore {

	/** Most requests take less. */
	private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

	private final ConcurrentMap<IdempotencyKey, Entry> entries;

	private final int maxEntries;

	/**
	 * The keys of each client whose requests have ended, oldest first; guarded by itself.
	 * The size limit of the cache is not used: it evicts new entries before popular ones,
	 * and one client's keys could evict another's.
	 */
	private final Map<String, SequencedSet<IdempotencyKey>> ended = new HashMap<>();

	/**
	 * @param ttl how long a key is kept after its request has ended
	 * @param maxEntries how many ended requests are kept for each client
	 * @param ticker the clock
	 */
	InMemoryIdempotencyStore(Duration ttl, int maxEntries, Ticker ticker) {
		this.maxEntries = maxEntries;
		this.entries = Caffeine.newBuilder()
			.ticker(ticker)
			.expireAfter(Expiry
				.writing((IdempotencyKey _, Entry entry) -> entry.isRunning() ? Duration.ofNanos(Long.MAX_VALUE) : ttl))
			.<IdempotencyKey, Entry>build()
			.asMap();
	}

	@Override
	public CompletableFuture<Claim> claim(IdempotencyKey key, Fingerprint fingerprint, Duration deadline) {
		return CompletableFuture.completedFuture(claim(key, fingerprint));
	}

	private Claim claim(IdempotencyKey key, Fingerprint fingerprint) {
		String owner = UUID.randomUUID().toString();
		Entry running = new Entry(fingerprint, owner, null);
		while (true) {
			Entry present = this.entries.putIfAbsent(key, running);
			if (present == null) {
				return new Claim.Granted(owner, false);
			}
			if (!present.fingerprint().equals(fingerprint)) {
				return new Claim.Reused();
			}
			if (present.isRunning()) {
				return new Claim.InProgress(RETRY_AFTER);
			}
			if (present.response() != null) {
				return new Claim.Completed(present.response());
			}
			if (this.entries.replace(key, present, running)) {
				return new Claim.Granted(owner, true);
			}
		}
	}

	@Override
	public void keep(IdempotencyKey key, String owner, RenderedResponse response) {
		end(key, owner, response);
	}

	@Override
	public void leaveOpen(IdempotencyKey key, String owner) {
		end(key, owner, null);
	}

	@Override
	public void release(IdempotencyKey key, String owner) {
		Entry present = this.entries.get(key);
		if (present != null && owner.equals(present.owner())) {
			this.entries.remove(key, present);
		}
	}

	private void end(IdempotencyKey key, String owner, @Nullable RenderedResponse response) {
		Entry present = this.entries.get(key);
		if (present == null || !owner.equals(present.owner())
				|| !this.entries.replace(key, present, new Entry(present.fingerprint(), null, response))) {
			return;
		}
		synchronized (this.ended) {
			SequencedSet<IdempotencyKey> keys = this.ended.computeIfAbsent(key.client(), (_) -> new LinkedHashSet<>());
			keys.addLast(key);
			if (keys.size() > this.maxEntries) {
				this.entries.computeIfPresent(keys.removeFirst(), (_, oldest) -> oldest.isRunning() ? oldest : null);
			}
		}
	}

	/**
	 * A key that is not free.
	 *
	 * @param owner the owner token while the request is running; null when it has ended
	 * @param response the response, if the outcome is known
	 */
	private record Entry(Fingerprint fingerprint, @Nullable String owner, @Nullable RenderedResponse response) {

		boolean isRunning() {
			return this.owner != null;
		}

	}

}
