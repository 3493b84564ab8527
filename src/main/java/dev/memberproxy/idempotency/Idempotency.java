package dev.memberproxy.idempotency;

import java.time.Duration;
import java.util.Optional;

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
 * Executes a request with an idempotency key once, and repeats its response, in the
 * spirit of the IETF draft on the {@code Idempotency-Key} header.
 */
public final class Idempotency {

	/** The response header that marks the response of an earlier request. */
	public static final String REPLAYED = "Idempotency-Replayed";

	private static final Logger logger = LoggerFactory.getLogger(Idempotency.class);

	private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

	private final IdempotencyStore store;

	private final MeterProvider<Counter> claims;

	Idempotency(IdempotencyStore store, MeterRegistry meterRegistry) {
		this.store = store;
		this.claims = Counter.builder("members.idempotency")
			.description("Requests with an idempotency key, by the state of the key")
			.withRegistry(meterRegistry);
	}

	/**
	 * Executes a request, unless it was executed before.
	 * @param key the key of the request
	 * @param fingerprint what the request asks for
	 * @param action executes the request
	 * @return the response of this request, or the stored one of the request it repeats
	 * @throws ProblemException if the same request is in progress, or if the key was used
	 * for another one
	 */
	public RenderedResponse execute(IdempotencyKey key, Fingerprint fingerprint, Action action) {
		Claim claim = this.store.claim(key, fingerprint);
		this.claims.withTag("key", state(claim)).increment();
		return switch (claim) {
			case Claim.Granted granted -> execute(key, granted, action);
			case Claim.Completed(RenderedResponse stored) -> replay(stored);
			case Claim.Rejected.IN_PROGRESS -> throw new ProblemException(Problem
				.of(ProblemType.IDEMPOTENCY_KEY_IN_USE, "The first request with this key is still in progress.")
				.withRetryAfter(RETRY_AFTER));
			case Claim.Rejected.REUSED -> throw new ProblemException(
					Problem.of(ProblemType.IDEMPOTENCY_KEY_REUSED, "This key was used for another request."));
		};
	}

	private RenderedResponse execute(IdempotencyKey key, Claim.Granted claim, Action action) {
		RenderedResponse response;
		try {
			response = action.perform(claim.resumed());
		}
		catch (RuntimeException | Error ex) {
			attempt(() -> this.store.leaveOpen(key, claim.owner())).ifPresent((failure) -> warn(key, failure));
			throw ex;
		}
		attempt(() -> end(key, claim.owner(), response)).ifPresent((failure) -> {
			attempt(() -> this.store.leaveOpen(key, claim.owner())).ifPresent(failure::addSuppressed);
			warn(key, failure);
		});
		return response;
	}

	private void end(IdempotencyKey key, String owner, RenderedResponse response) {
		Problem problem = response.problem();
		if (problem == null || isLasting(problem)) {
			this.store.keep(key, owner, response);
		}
		else if (problem.outcome() == Outcome.UNKNOWN) {
			this.store.leaveOpen(key, owner);
		}
		else {
			this.store.release(key, owner);
		}
	}

	/**
	 * The request has its outcome by now, which a failure of the store must not change.
	 */
	private static Optional<RuntimeException> attempt(Runnable storing) {
		try {
			storing.run();
			return Optional.empty();
		}
		catch (RuntimeException ex) {
			return Optional.of(ex);
		}
	}

	private static void warn(IdempotencyKey key, RuntimeException failure) {
		logger.warn("The response for idempotency key {} could not be stored. A retry with this key does not get the "
				+ "same response, but looks the member up first.", key.digest(), failure);
	}

	/** Whether nothing was changed, and a retry would fail the same way. */
	private static boolean isLasting(Problem problem) {
		return problem.outcome() == Outcome.NOT_APPLIED && problem.status().is4xxClientError()
				&& !problem.type().retryable();
	}

	/** Only what any store can keep: status, headers and body. */
	private static RenderedResponse replay(RenderedResponse stored) {
		return new RenderedResponse(stored.status(), stored.headers(), stored.body(), null).with(REPLAYED, "true");
	}

	private static String state(Claim claim) {
		return switch (claim) {
			case Claim.Granted(String _, boolean resumed) -> resumed ? "open" : "new";
			case Claim.Completed _ -> "ended";
			case Claim.Rejected.IN_PROGRESS -> "running";
			case Claim.Rejected.REUSED -> "taken";
		};
	}

	/** Executes a request. */
	@FunctionalInterface
	public interface Action {

		/**
		 * Executes the request.
		 * @param resumed whether an earlier request for the same ended without a known
		 * outcome
		 * @return the response; its problem decides whether the response is stored
		 */
		RenderedResponse perform(boolean resumed);

	}

}
