package dev.memberproxy.idempotency;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import dev.memberproxy.core.SharedStateException;
import dev.memberproxy.problem.RenderedResponse;

/**
 * Stores idempotency keys and the responses to their requests. A claim that is granted
 * has an owner token; every later call about the key must present it. A call with the
 * token of a claim that has ended changes nothing: another request may own the key.
 */
public interface IdempotencyStore {

	/**
	 * Claims a key for a request. Of several concurrent claims for a free key exactly one
	 * is granted.
	 * @param key the key
	 * @param fingerprint what the request asks for
	 * @param deadline how long the request may take. A claim that is not ended some time
	 * after that, because its replica is gone, is granted to the next request
	 * @return whether the request may run; completes with a {@link SharedStateException}
	 * if the store cannot be reached
	 */
	CompletableFuture<Claim> claim(IdempotencyKey key, Fingerprint fingerprint, Duration deadline);

	/**
	 * Ends a claim and stores the response for retries.
	 * @param key the key
	 * @param owner the owner token of the claim
	 * @param response the response
	 */
	void keep(IdempotencyKey key, String owner, RenderedResponse response);

	/**
	 * Ends a claim without a known outcome: the next request resumes.
	 * @param key the key
	 * @param owner the owner token of the claim
	 */
	void leaveOpen(IdempotencyKey key, String owner);

	/**
	 * Ends a claim that changed nothing: the key is free again.
	 * @param key the key
	 * @param owner the owner token of the claim
	 */
	void release(IdempotencyKey key, String owner);

	/** The result of claiming a key. */
	sealed interface Claim {

		/**
		 * The request may run. The claim must be ended with its owner token.
		 *
		 * @param owner the owner token
		 * @param resumed whether an earlier request ended without a known outcome
		 */
		record Granted(String owner, boolean resumed) implements Claim {
		}

		/**
		 * The same request has completed.
		 *
		 * @param response its response
		 */
		record Completed(RenderedResponse response) implements Claim {
		}

		/**
		 * The same request is in progress.
		 *
		 * @param retryAfter when it is likely to have ended
		 */
		record InProgress(Duration retryAfter) implements Claim {
		}

		/** The key was used for another request. */
		record Reused() implements Claim {
		}

	}

}
