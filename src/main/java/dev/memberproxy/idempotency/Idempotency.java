package dev.memberproxy.idempotency;

import java.time.Duration;
import java.util.Optional;

import dev.memberproxy.core.SharedStateException;
import dev.memberproxy.idempotency.IdempotencyStore.Claim;
import dev.memberproxy.problem.Outcome;
import dev.memberproxy.problem.Problem;
import dev.memberproxy.problem.ProblemException;
import dev.memberproxy.problem.ProblemType;
import dev.memberproxy.problem.RenderedResponse;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets a request with an idempotency key be executed once, and its response be repeated,
 * in the spirit of the IETF draft on the {@code Idempotency-Key} header.
 */
public final class Idempotency {

	private final IdempotencyStore store;

	private final MeterProvider<Counter> claims;

	Idempotency(IdempotencyStore store, MeterRegistry meterRegistry) {
		this.store = store;
		this.claims = Counter.builder("members.idempotency")
			.description("Requests with an idempotency key, by the state of the key")
			.withRegistry(meterRegistry);
	}

	/**
	 * Claims a key for a request. Where replicas share the keys, the answer takes a round
	 * trip, which {@link KeyClaim#execute} waits for.
	 * @param key the key of the request
	 * @param fingerprint what the request asks for
	 * @param deadline how long the request may take
	 * @return the claim, which must be executed or given up
	 */
	public KeyClaim claim(IdempotencyKey key, Fingerprint fingerprint, Duration deadline) {
		return new KeyClaim(this.store, key, this.store.claim(key, fingerprint, deadline), this.claims);
	}

}
