package dev.memberproxy.idempotency;

import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.SequencedSet;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.memberproxy.problem.RenderedResponse;
import org.jspecify.annotations.Nullable;

/**
 * Remembers keys in the memory of this process, and forgets them when it ends. The number
 * of keys whose request has ended is bounded, and so is the time they are remembered; a
 * running request keeps its key whatever happens.
 */
final class InProcessStore implements IdempotencyStore {

	private final Cache<IdempotencyKey, Entry> entries;

	private final int maxEntries;

	/**
	 * The keys of each client whose requests have ended, oldest first; guarded by itself.
	 * The bound of the cache itself would not do: it holds what is used often, turns away
	 * what is new, and one client's keys would drive out another's.
	 */
	private final Map<String, SequencedSet<IdempotencyKey>> ended = new HashMap<>();

	/**
	 * @param ttl how long a key is remembered after its request has ended
	 * @param maxEntries how many ended requests of one client are remembered
	 * @param ticker the clock
	 */
	InProcessStore(Duration ttl, int maxEntries, Ticker ticker) {
		this.maxEntries = maxEntries;
		this.entries = Caffeine.newBuilder()
			.ticker(ticker)
			.expireAfter(Expiry.writing((IdempotencyKey _, Entry entry) -> (entry instanceof Entry.Running)
					? Duration.ofNanos(Long.MAX_VALUE) : ttl))
			.build();
	}

	@Override
	public Claim claim(IdempotencyKey key, Fingerprint fingerprint) {
		Entry running = new Entry.Running(fingerprint);
		while (true) {
			Entry present = this.entries.asMap().putIfAbsent(key, running);
			if (present == null) {
				return new Claim.Granted();
			}
			if (!present.fingerprint().equals(fingerprint)) {
				return new Claim.Taken();
			}
			switch (present) {
				case Entry.Running _ -> {
					return new Claim.Running();
				}
				case Entry.Ended ended -> {
					return new Claim.Ended(ended.answer());
				}
				case Entry.Open _ -> {
					if (this.entries.asMap().replace(key, present, running)) {
						return new Claim.Resumed();
					}
				}
			}
		}
	}

	@Override
	public void keep(IdempotencyKey key, Fingerprint fingerprint, RenderedResponse answer) {
		end(key, new Entry.Ended(fingerprint, answer));
	}

	@Override
	public void leaveOpen(IdempotencyKey key, Fingerprint fingerprint) {
		end(key, new Entry.Open(fingerprint));
	}

	@Override
	public void release(IdempotencyKey key) {
		this.entries.invalidate(key);
	}

	private void end(IdempotencyKey key, Entry entry) {
		this.entries.put(key, entry);
		synchronized (this.ended) {
			SequencedSet<IdempotencyKey> keys = this.ended.computeIfAbsent(key.client(), (_) -> new LinkedHashSet<>());
			keys.addLast(key);
			if (keys.size() > this.maxEntries) {
				this.entries.asMap().computeIfPresent(keys.removeFirst(), (_, oldest) -> oldest.ifRunning());
			}
		}
	}

	private sealed interface Entry {

		Fingerprint fingerprint();

		/** The entry, or null if its request has ended. */
		default @Nullable Entry ifRunning() {
			return (this instanceof Running) ? this : null;
		}

		record Running(Fingerprint fingerprint) implements Entry {
		}

		record Open(Fingerprint fingerprint) implements Entry {
		}

		record Ended(Fingerprint fingerprint, RenderedResponse answer) implements Entry {
		}

	}

}
