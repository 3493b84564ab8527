package dev.memberproxy.clients;

/** Whether a bearer credential is a client's. */
sealed interface Verdict {

	/**
	 * It is a client's.
	 *
	 * @param client the client
	 */
	record Accepted(Client client) implements Verdict {
	}

	/**
	 * It is no client's.
	 *
	 * @param diagnosis the failed check, for the log; without the token or any of its
	 * claims
	 */
	record Refused(String diagnosis) implements Verdict {
	}

	/**
	 * Nothing is known, because the identity provider's keys are not.
	 *
	 * @param misconfigured whether an operator has to act; otherwise it may pass
	 * @param diagnosis the cause, for the log
	 */
	record Unverifiable(boolean misconfigured, String diagnosis) implements Verdict {
	}

}
