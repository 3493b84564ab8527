package dev.memberproxy.clients;

import java.util.Optional;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;

/**
 * Knows whose credentials are whose: keys, and, where an identity provider is configured,
 * its tokens. Counts what it does not know.
 */
final class Credentials {

	private final Clients clients;

	private final @Nullable JwtVerifier jwtVerifier;

	private final Counter unknown;

	/**
	 * @param clients the clients
	 * @param jwtVerifier verifies tokens; null if there is no identity provider
	 * @param meterRegistry where to count
	 */
	Credentials(Clients clients, @Nullable JwtVerifier jwtVerifier, MeterRegistry meterRegistry) {
		this.clients = clients;
		this.jwtVerifier = jwtVerifier;
		this.unknown = Counter.builder("members.authentication.failures")
			.description("Requests with credentials that are not known")
			.register(meterRegistry);
	}

	Optional<Client> findByKey(String key) {
		Optional<Client> client = this.clients.findByKey(key);
		if (client.isEmpty()) {
			countUnknown();
		}
		return client;
	}

	/**
	 * Finds the client that a bearer credential belongs to.
	 * @param token a key, or a token of the identity provider, which has two dots
	 * @return the client, or why there is none
	 */
	Verdict findByBearer(String token) {
		JwtVerifier verifier = this.jwtVerifier;
		if (verifier == null || token.chars().filter((c) -> c == '.').count() != 2) {
			return findByKey(token).<Verdict>map(Verdict.Accepted::new)
				.orElseGet(() -> new Verdict.Refused((verifier != null)
						? "It is neither a client's key nor a signed JSON Web Token, which has three parts."
						: "It is no client's key."));
		}
		Verdict verdict = verifier.verify(token);
		if (verdict instanceof Verdict.Refused) {
			countUnknown();
		}
		return verdict;
	}

	/** Counts what is neither a key nor a token, and therefore nobody's. */
	void countUnknown() {
		this.unknown.increment();
	}

}
