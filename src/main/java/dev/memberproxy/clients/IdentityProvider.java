package dev.memberproxy.clients;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.JWKSetBasedJWKSource;
import com.nimbusds.jose.jwk.source.JWKSetCacheRefreshEvaluator;
import com.nimbusds.jose.jwk.source.JWKSetSource;
import com.nimbusds.jose.jwk.source.JWKSetUnavailableException;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.SecurityContext;
import dev.memberproxy.clients.KeySetFetch.Failure;
import dev.memberproxy.clients.KeySetFetch.Fetched;
import dev.memberproxy.clients.KeySetFetch.Misconfigured;
import dev.memberproxy.clients.KeySetFetch.NoUsableKey;
import dev.memberproxy.clients.KeySetFetch.Unreachable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys of the identity provider, and how it is.
 * <p>
 * Nimbus caches the keys, fetches them again when a token has an unknown key id (at most
 * twice in {@link #MIN_INTERVAL}), and goes on with those it has for
 * {@link #OUTAGE_TOLERANCE} if they cannot be fetched. {@link IdentityProviderCheck}
 * refreshes them long before the cache expires, so that requests with a known key never
 * wait for the identity provider.
 */
final class IdentityProvider implements JWKSource<SecurityContext> {

	/** How long an unknown key id may have to wait for the next fetch. */
	static final Duration MIN_INTERVAL = Duration.ofSeconds(30);

	/** How long keys are used after the last successful fetch. */
	static final Duration OUTAGE_TOLERANCE = Duration.ofHours(4);

	static final Duration CACHE_LIFETIME = Duration.ofMinutes(5);

	/** How long a request that needs new keys waits for a fetch that has begun. */
	private static final Duration MAX_WAIT = Duration.ofSeconds(5);

	private static final Logger logger = LoggerFactory.getLogger(IdentityProvider.class);

	private final KeySetClient client;

	private final LongSupplier millis;

	private final JWKSetSource<SecurityContext> keySets;

	private volatile State state = State.INITIAL;

	/**
	 * @param client fetches the keys
	 * @param millis a clock that is never set back, in milliseconds from 0 on: Nimbus
	 * takes less for a time before its first fetch
	 */
	IdentityProvider(KeySetClient client, LongSupplier millis) {
		this.client = client;
		this.millis = millis;
		JWKSource<SecurityContext> source = JWKSourceBuilder.create(fetching())
			.cache(CACHE_LIFETIME.toMillis(), MAX_WAIT.toMillis())
			// IdentityProviderCheck does that, also where there are no callers.
			.refreshAheadCache(false)
			.rateLimited(MIN_INTERVAL.toMillis())
			.outageTolerant(OUTAGE_TOLERANCE.toMillis())
			.build();
		// Its own clock is the wall clock, which may be set back.
		this.keySets = ((JWKSetBasedJWKSource<SecurityContext>) source).getJWKSetSource();
	}

	/**
	 * As {@link JWKSetBasedJWKSource} does, but by our clock, and with one fetch only.
	 */
	@Override
	public List<JWK> get(JWKSelector selector, @Nullable SecurityContext context) throws KeySourceException {
		int before = this.state.fetches();
		JWKSet known = keySet(JWKSetCacheRefreshEvaluator.noRefresh());
		List<JWK> keys = selector.select(known);
		if (!keys.isEmpty()) {
			return keys;
		}
		return selector.select(keySet((this.state.fetches() == before)
				? JWKSetCacheRefreshEvaluator.referenceComparison(known) : JWKSetCacheRefreshEvaluator.noRefresh()));
	}

	/**
	 * Fetches the keys, unless they were fetched only just now.
	 * <p>
	 * Not with a forced refresh: if that fails, Nimbus lets the cache expire instead of
	 * going on with the keys it has, and requests would have to wait.
	 */
	void refresh() {
		int before = this.state.fetches();
		try {
			JWKSet known = keySet(JWKSetCacheRefreshEvaluator.noRefresh());
			if (this.state.fetches() == before) {
				keySet(JWKSetCacheRefreshEvaluator.referenceComparison(known));
			}
		}
		catch (KeySourceException ex) {
			// The state and the log have the cause already.
		}
	}

	/**
	 * Why the last fetch failed.
	 * @return empty if it did not, or if there was none
	 */
	Optional<Failure> findFailure() {
		return (this.state.last() instanceof Failure failure) ? Optional.of(failure) : Optional.empty();
	}

	/**
	 * Whether the keys were fetched, or were tried to be.
	 * @return false at the start only
	 */
	boolean wasAsked() {
		return this.state.last() != null;
	}

	/**
	 * How many keys can be used.
	 * @return 0 if none are known, or if they are too old
	 */
	int keys() {
		return keysAge().isPresent() ? this.state.keys() : 0;
	}

	/**
	 * The time since the keys in use were fetched.
	 * @return empty if there are none
	 */
	Optional<Duration> keysAge() {
		State current = this.state;
		Duration age = Duration.ofMillis(this.millis.getAsLong() - current.fetchedAt());
		return (current.keys() > 0 && age.compareTo(OUTAGE_TOLERANCE) < 0) ? Optional.of(age) : Optional.empty();
	}

	private JWKSet keySet(JWKSetCacheRefreshEvaluator evaluator) throws KeySourceException {
		return this.keySets.getJWKSet(evaluator, this.millis.getAsLong(), null);
	}

	private JWKSetSource<SecurityContext> fetching() {
		return new JWKSetSource<>() {

			@Override
			public JWKSet getJWKSet(JWKSetCacheRefreshEvaluator evaluator, long now, @Nullable SecurityContext context)
					throws KeySourceException {
				return fetch(now);
			}

			@Override
			public void close() {
			}

		};
	}

	private JWKSet fetch(long now) throws JWKSetUnavailableException {
		KeySetFetch fetch;
		try {
			fetch = this.client.fetch();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new JWKSetUnavailableException("Interrupted", ex);
		}
		report(fetch);
		return switch (fetch) {
			case Fetched(JWKSet usable) -> {
				this.state = this.state.fetched(fetch, usable.size(), now);
				yield usable;
			}
			// That none are left is the identity provider's own word.
			case NoUsableKey _ -> {
				this.state = this.state.fetched(fetch, 0, now);
				yield new JWKSet();
			}
			case Unreachable(String cause, var _) -> throw failed(fetch, cause);
			case Misconfigured(String cause, var _) -> throw failed(fetch, cause);
		};
	}

	private JWKSetUnavailableException failed(KeySetFetch fetch, String cause) {
		this.state = this.state.fetched(fetch, this.state.keys(), this.state.fetchedAt());
		return new JWKSetUnavailableException(cause);
	}

	/** Changes only: there is a fetch every minute. */
	private void report(KeySetFetch fetch) {
		KeySetFetch before = this.state.last();
		switch (fetch) {
			case Fetched(JWKSet usable) when !(before instanceof Fetched) ->
				logger.info("The identity provider responds: {} keys to verify tokens with", usable.size());
			case Unreachable failure when !failure.equals(before) ->
				logger.warn("The identity provider cannot be reached: {} {} Known keys are used for {} hours",
						failure.cause(), failure.remedy(), OUTAGE_TOLERANCE.toHours());
			case Failure failure when failure.isMisconfiguration() && !failure.equals(before) ->
				logger.error("The identity provider cannot be used: {} {}", failure.cause(), failure.remedy());
			default -> {
				// As before.
			}
		}
	}

	/**
	 * @param last the last fetch; null before the first
	 * @param keys how many keys there were at the last fetch that did not fail
	 * @param fetchedAt when that was, in milliseconds
	 * @param fetches how many fetches there were
	 */
	private record State(@Nullable KeySetFetch last, int keys, long fetchedAt, int fetches) {

		private static final State INITIAL = new State(null, 0, 0, 0);

		State fetched(KeySetFetch fetch, int keys, long fetchedAt) {
			return new State(fetch, keys, fetchedAt, this.fetches + 1);
		}

	}

}
