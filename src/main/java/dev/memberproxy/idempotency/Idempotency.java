package dev.memberproxy.idempotency;

import java.time.Duration;

import dev.memberproxy.idempotency.IdempotencyStore.Claim;
import dev.memberproxy.problem.RenderedResponse;
import dev.memberproxy.problem.Outcome;
import dev.memberproxy.problem.Problem;
import dev.memberproxy.problem.ProblemException;
import dev.memberproxy.problem.ProblemType;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;

/**
 * Sees to it that a request with an idempotency key has its effect once and its answer as
 * often as it is asked for, in the spirit of the IETF draft on the
 * {@code Idempotency-Key} header.
 */
public final class Idempotency {

	/** The response header that marks the answer of an earlier request. */
	public static final String REPLAYED = "Idempotency-Replayed";

	/** When it is worth asking again for a request that is running. */
	private static final Duration SOON = Duration.ofSeconds(1);

	private final IdempotencyStore store;

	private final MeterProvider<Counter> claims;

	Idempotency(IdempotencyStore store, MeterRegistry meterRegistry) {
		this.store = store;
		this.claims = Counter.builder("members.idempotency")
			.description("Requests with an idempotency key, by what was known of it")
			.withRegistry(meterRegistry);
	}

	/**
	 * Does what a request asks for, unless it was done before.
	 * @param key the request's key
	 * @param fingerprint what the request asks for
	 * @param action does it
	 * @return the answer, of this request or of the one it repeats
	 * @throws ProblemException if the key belongs to a request that is running, or to
	 * another one
	 */
	public RenderedResponse execute(IdempotencyKey key, Fingerprint fingerprint, Action action) {
		Claim claim = this.store.claim(key, fingerprint);
		this.claims.withTag("key", claim.id()).increment();
		return switch (claim) {
			case Claim.Granted _ -> perform(key, fingerprint, action, false);
			case Claim.Resumed _ -> perform(key, fingerprint, action, true);
			case Claim.Ended(RenderedResponse answer) -> answer.with(REPLAYED, "true");
			case Claim.Running _ -> throw new ProblemException(
					Problem.of(ProblemType.IDEMPOTENCY_KEY_IN_USE, "The first request with this key has not ended yet.")
						.withRetryAfter(SOON));
			case Claim.Taken _ -> throw new ProblemException(
					Problem.of(ProblemType.IDEMPOTENCY_KEY_REUSED, "The key was used before, for another request."));
		};
	}

	private RenderedResponse perform(IdempotencyKey key, Fingerprint fingerprint, Action action, boolean resumed) {
		try {
			RenderedResponse response = action.perform(resumed);
			Problem problem = response.problem();
			if (problem == null || (problem.outcome() != Outcome.UNKNOWN && problem.status().is4xxClientError()
					&& !problem.type().retryable())) {
				this.store.keep(key, fingerprint, response);
			}
			else if (problem.outcome() == Outcome.UNKNOWN) {
				this.store.leaveOpen(key, fingerprint);
			}
			else {
				this.store.release(key);
			}
			return response;
		}
		catch (RuntimeException | Error ex) {
			// Nobody knows how far it came.
			this.store.leaveOpen(key, fingerprint);
			throw ex;
		}
	}

	/** What a request asks for. */
	@FunctionalInterface
	public interface Action {

		/**
		 * Does it.
		 * @param resumed whether an earlier request for the same ended without a known
		 * outcome
		 * @return how it ended
		 */
		RenderedResponse perform(boolean resumed);

	}

}
