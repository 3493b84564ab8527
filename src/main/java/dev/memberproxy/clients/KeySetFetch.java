package dev.memberproxy.clients;

import com.nimbusds.jose.jwk.JWKSet;

/** The result of asking the identity provider for its keys. */
sealed interface KeySetFetch {

	/**
	 * It has keys.
	 *
	 * @param usable those that signatures can be verified with, at least one
	 */
	record Fetched(JWKSet usable) implements KeySetFetch {
	}

	/** There are no keys to be had. */
	sealed interface Failure extends KeySetFetch {

		/** What happened, in a sentence without addresses. */
		String cause();

		/** What an operator can do, in a sentence. */
		String remedy();

		/** Whether the identity provider responds, so that only an operator can help. */
		default boolean isMisconfiguration() {
			return !(this instanceof Unreachable);
		}

	}

	/**
	 * It does not respond, or says itself that it is disturbed.
	 *
	 * @param cause what happened
	 * @param remedy what to do
	 */
	record Unreachable(String cause, String remedy) implements Failure {
	}

	/**
	 * It responds, but not as an identity provider of this issuer.
	 *
	 * @param cause what happened
	 * @param remedy what to do
	 */
	record Misconfigured(String cause, String remedy) implements Failure {
	}

	/** It has a key set without a usable key: those that it had are withdrawn. */
	record NoUsableKey() implements Failure {

		@Override
		public String cause() {
			return "The key set of the identity provider has no usable signature key.";
		}

		@Override
		public String remedy() {
			return "Give the identity provider an RSA or EC key (P-256, P-384, P-521) for signatures.";
		}

	}

}
