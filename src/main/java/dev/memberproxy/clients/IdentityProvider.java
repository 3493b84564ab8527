package dev.memberproxy.clients;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
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
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.health.contributor.Health;
import org.springframework.scheduling.annotation.Scheduled;

/**
 * The keys of the identity provider, and its health. Nimbus caches the keys, limits how
 * often they are fetched, and keeps them for {@link #OUTAGE_TOLERANCE} if they cannot be
 * fetched.
 */
final class IdentityProvider implements JWKSource<SecurityContext> {

	/** Unknown key ids cause at most two fetches in this time. */
	static final Duration MIN_INTERVAL = Duration.ofSeconds(30);

	/** How long keys are used after the last successful fetch. */
	static final Duration OUTAGE_TOLERANCE = Duration.ofHours(4);

	static final Duration CACHE_LIFETIME = Duration.ofMinutes(5);

	private static final Logger logger = LoggerFactory.getLogger(IdentityProvider.class);

	private final KeySetClient client;

	private final LongSupplier millis;

	private final JWKSetSource<SecurityContext> keySets;

	private volatile State state = State.INITIAL;

	/**
	 * @param millis a monotonic clock, in milliseconds from 0 on: Nimbus takes a negative
	 * time for one before its first fetch
	 */
	IdentityProvider(KeySetClient client, LongSupplier millis) {
		this.client = client;
		this.millis = millis;
		JWKSource<SecurityContext> source = JWKSourceBuilder.create(fetching())
			.cache(CACHE_LIFETIME.toMillis(), client.timeout().toMillis())
			// The method refresh does that, also while there are no callers.
			.refreshAheadCache(false)
			.rateLimited(MIN_INTERVAL.toMillis())
			.outageTolerant(OUTAGE_TOLERANCE.toMillis())
			.build();
		// The source itself uses the wall clock, which may be set back.
		this.keySets = ((JWKSetBasedJWKSource<SecurityContext>) source).getJWKSetSource();
	}

	/** As {@link JWKSetBasedJWKSource}, but with our clock and at most one fetch. */
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
	 * Fetches the keys: requests with a known key never wait for the identity provider,
	 * and withdrawn keys are not used for long. The refresh is not forced, because Nimbus
	 * then drops the known keys if it fails.
	 */
	@Scheduled(fixedRate = 1, timeUnit = TimeUnit.MINUTES)
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

	/** Why the last fetch failed; empty if it succeeded, or if there was none. */
	Optional<IdentityProviderException> findFailure() {
		return Optional.ofNullable(this.state.failure());
	}

	/** The age of the keys in use; empty if there are none. */
	Optional<Duration> keysAge() {
		State current = this.state;
		Duration age = Duration.ofMillis(this.millis.getAsLong() - current.fetchedAt());
		return (current.keys() > 0 && age.compareTo(OUTAGE_TOLERANCE) < 0) ? Optional.of(age) : Optional.empty();
	}

	/** Not part of readiness: callers with keys do not need the identity provider. */
	Health health() {
		State current = this.state;
		if (current.fetches() == 0) {
			return Health.unknown().build();
		}
		Optional<Duration> age = keysAge();
		Health.Builder health = age.isPresent() ? Health.up() : Health.down();
		health.withDetail("keys", age.isPresent() ? current.keys() : 0);
		age.ifPresent((present) -> health.withDetail("ageSeconds", present.toSeconds()));
		IdentityProviderException failure = current.failure();
		health.withDetail("reachable", failure == null || failure.isMisconfiguration());
		if (failure != null) {
			health.withDetail("cause", failure.description()).withDetail("remedy", failure.remedy());
		}
		return health.build();
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
		State before = this.state;
		try {
			JWKSet keys = this.client.fetch();
			// An empty key set withdraws all keys that were known.
			update(keys.isEmpty() ? IdentityProviderException.misconfigured(
					"The key set of the identity provider has no usable signature key.",
					"Give the identity provider an RSA or EC key (P-256, P-384, P-521) for signatures.") : null,
					keys.size(), now);
			return keys;
		}
		catch (IdentityProviderException ex) {
			update(ex, before.keys(), before.fetchedAt());
			throw ex;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new JWKSetUnavailableException("Interrupted", ex);
		}
	}

	private void update(@Nullable IdentityProviderException failure, int keys, long fetchedAt) {
		State before = this.state;
		this.state = new State(failure, keys, fetchedAt, before.fetches() + 1);
		// Only changes: there is a fetch every minute.
		if (before.fetches() == 0 || !String.valueOf(failure).equals(String.valueOf(before.failure()))) {
			log(failure, keys);
		}
	}

	private static void log(@Nullable IdentityProviderException failure, int keys) {
		if (failure == null) {
			logger.info("The identity provider responds: {} keys to verify tokens with", keys);
		}
		else if (failure.isMisconfiguration()) {
			logger.error("The identity provider cannot be used: {} {}", failure.description(), failure.remedy());
		}
		else {
			logger.warn("The identity provider cannot be reached: {} {} Known keys are used for {} hours",
					failure.description(), failure.remedy(), OUTAGE_TOLERANCE.toHours());
		}
	}

	/**
	 * @param failure why the last fetch failed
	 * @param keys how many keys the last successful fetch found
	 * @param fetchedAt when that was, in milliseconds
	 * @param fetches how many fetches there were
	 */
	private record State(@Nullable IdentityProviderException failure, int keys, long fetchedAt, int fetches) {

		private static final State INITIAL = new State(null, 0, 0, 0);

	}

}
