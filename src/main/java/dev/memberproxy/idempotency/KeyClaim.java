package dev.memberproxy.idempotency;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

import dev.memberproxy.core.SharedStateException;
import dev.memberproxy.idempotency.IdempotencyStore.Claim;
import dev.memberproxy.problem.Outcome;
import dev.memberproxy.problem.Problem;
import dev.memberproxy.problem.ProblemException;
import dev.memberproxy.problem.ProblemType;
import dev.memberproxy.problem.RenderedResponse;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter.MeterProvider;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The claim of one request for its idempotency key. */
public final class KeyClaim {

	/** The response header that marks the response of an earlier request. */
	public static final String REPLAYED = "Idempotency-Replayed";

	private static final Logger logger = LoggerFactory.getLogger(KeyClaim.class);

	private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

	private final IdempotencyStore store;

	private final IdempotencyKey key;

	private final CompletableFuture<Claim> claim;

	private final MeterProvider<Counter> claims;

	/**
	 * @param claim the answer of the store
	 * @param claims counts the answers
	 */
	KeyClaim(IdempotencyStore store, IdempotencyKey key, CompletableFuture<Claim> claim,
			MeterProvider<Counter> claims) {
		this.store = store;
		this.key = key;
		this.claim = claim;
		this.claims = claims;
	}

	/**
	 * Executes the request, unless it was executed before.
	 * @param action executes the request
	 * @return the response of this request, or the stored one of the request it repeats
	 * @throws ProblemException if the same request is in progress, if the key was used
	 * for another one, or if the keys cannot be reached
	 */
	public RenderedResponse execute(Action action) {
		Claim answer = await();
		this.claims.withTag("key", state(answer)).increment();
		return switch (answer) {
			case Claim.Granted(String owner, boolean resumed) -> execute(owner, resumed, action);
			case Claim.Completed(RenderedResponse stored) -> replay(stored);
			case Claim.InProgress(Duration retryAfter) -> throw new ProblemException(Problem
				.of(ProblemType.IDEMPOTENCY_KEY_IN_USE, "The first request with this key is still in progress.")
				.withRetryAfter(retryAfter));
			case Claim.Reused() -> throw new ProblemException(
					Problem.of(ProblemType.IDEMPOTENCY_KEY_REUSED, "This key was used for another request."));
		};
	}

	/** Ends the claim of a request that is rejected before it is executed. */
	public void giveUp() {
		var _ = this.claim.thenAccept((answer) -> {
			if (answer instanceof Claim.Granted(String owner, boolean resumed)) {
				attempt(() -> giveUp(owner, resumed)).ifPresent(this::warn);
			}
		});
	}

	private void giveUp(String owner, boolean resumed) {
		if (resumed) {
			this.store.leaveOpen(this.key, owner);
		}
		else {
			this.store.release(this.key, owner);
		}
	}

	private Claim await() {
		try {
			return this.claim.join();
		}
		catch (CompletionException ex) {
			if (ex.getCause() instanceof SharedStateException cause) {
				throw new ProblemException(Problem
					.of(ProblemType.STATE_UNAVAILABLE,
							"Without the state of its idempotency key the request might be made twice.")
					.withRetryAfter(RETRY_AFTER), cause.toString());
			}
			throw ex;
		}
	}

	private static String state(Claim claim) {
		return switch (claim) {
			case Claim.Granted(String _, boolean resumed) -> resumed ? "open" : "new";
			case Claim.Completed _ -> "ended";
			case Claim.InProgress _ -> "running";
			case Claim.Reused _ -> "taken";
		};
	}

	private RenderedResponse execute(String owner, boolean resumed, Action action) {
		RenderedResponse response;
		try {
			response = action.perform(resumed);
		}
		catch (RuntimeException | Error ex) {
			attempt(() -> this.store.leaveOpen(this.key, owner)).ifPresent(this::warn);
			throw ex;
		}
		attempt(() -> end(owner, response)).ifPresent((failure) -> {
			attempt(() -> this.store.leaveOpen(this.key, owner)).ifPresent(failure::addSuppressed);
			warn(failure);
		});
		return response;
	}

	private void end(String owner, RenderedResponse response) {
		Problem problem = response.problem();
		if (problem == null || isLasting(problem)) {
			this.store.keep(this.key, owner, response);
		}
		else if (problem.outcome() == Outcome.UNKNOWN) {
			this.store.leaveOpen(this.key, owner);
		}
		else {
			this.store.release(this.key, owner);
		}
	}

	/**
	 * The request has its outcome by now, which a failure of the store must not change.
	 */
	private static Optional<RuntimeException> attempt(Runnable change) {
		try {
			change.run();
			return Optional.empty();
		}
		catch (RuntimeException ex) {
			return Optional.of(ex);
		}
	}

	private void warn(RuntimeException failure) {
		logger.warn("The response for idempotency key {} could not be stored. A retry with this key does not get the "
				+ "same response, but looks the member up first.", this.key.digest(), failure);
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
