package dev.memberproxy.idempotency;

import dev.memberproxy.problem.RenderedResponse;

/**
 * Remembers keys. One store in the process for now; one that several instances share
 * would implement the same.
 */
interface IdempotencyStore {

	/**
	 * Claims a key for a request. Of several who claim a free key at the same time
	 * exactly one is granted it.
	 * @param key the key
	 * @param fingerprint what the request asks for
	 * @return whether the request may run; if so, it has to be told here how it ended
	 */
	Claim claim(IdempotencyKey key, Fingerprint fingerprint);

	/**
	 * The request ended for good: its answer is the answer to all that repeat it.
	 * @param key the key, claimed before
	 * @param fingerprint what the request asked for
	 * @param answer the answer
	 */
	void keep(IdempotencyKey key, Fingerprint fingerprint, RenderedResponse answer);

	/**
	 * The request ended without a known outcome: who repeats it has to settle it.
	 * @param key the key, claimed before
	 * @param fingerprint what the request asked for
	 */
	void leaveOpen(IdempotencyKey key, Fingerprint fingerprint);

	/**
	 * The request ended without having changed anything: the key is as good as new.
	 * @param key the key, claimed before
	 */
	void release(IdempotencyKey key);

	/** What comes of claiming a key. */
	sealed interface Claim {

		/**
		 * The claim as metrics name it.
		 * @return a lower-case word
		 */
		default String id() {
			return switch (this) {
				case Granted _ -> "new";
				case Resumed _ -> "open";
				case Running _ -> "running";
				case Taken _ -> "taken";
				case Ended _ -> "ended";
			};
		}

		/** The key was free. */
		record Granted() implements Claim {
		}

		/** An earlier request with the key ended without a known outcome. */
		record Resumed() implements Claim {
		}

		/** The same request is running. */
		record Running() implements Claim {
		}

		/** Another request has the key. */
		record Taken() implements Claim {
		}

		/**
		 * The same request has ended.
		 *
		 * @param answer its answer
		 */
		record Ended(RenderedResponse answer) implements Claim {
		}

	}

}
