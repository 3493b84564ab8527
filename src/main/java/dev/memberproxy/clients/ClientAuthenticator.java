package dev.memberproxy.clients;

import dev.memberproxy.problem.ProblemException;
import dev.memberproxy.problem.ProblemType;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;

/** Finds the client that a credential belongs to, and counts unknown credentials. */
final class ClientAuthenticator {

	private final Clients clients;

	private final @Nullable JwtVerifier jwtVerifier;

	private final Counter failures;

	/**
	 * @param jwtVerifier null if there is no identity provider
	 */
	ClientAuthenticator(Clients clients, @Nullable JwtVerifier jwtVerifier, MeterRegistry meterRegistry) {
		this.clients = clients;
		this.jwtVerifier = jwtVerifier;
		this.failures = Counter.builder("members.authentication.failures")
			.description("Requests with credentials that are not known")
			.register(meterRegistry);
	}

	/**
	 * @throws ProblemException if the credential is no client's, or cannot be verified
	 */
	Client authenticate(SentCredential sent) {
		try {
			return switch (sent.scheme()) {
				case API_KEY -> byKey(sent.value(), null);
				case BEARER -> byBearer(sent.value());
				case OTHER -> throw AuthenticationProblems.otherScheme();
			};
		}
		catch (ProblemException ex) {
			if (ex.getProblem().type() == ProblemType.UNAUTHENTICATED) {
				this.failures.increment();
			}
			throw ex;
		}
	}

	/** A bearer credential is a key, or a token of the identity provider. */
	private Client byBearer(String credential) {
		if (this.jwtVerifier == null) {
			return byKey(credential, "It is no client's key.");
		}
		boolean hasThreeParts = credential.chars().filter((c) -> c == '.').count() == 2;
		return hasThreeParts ? this.jwtVerifier.verify(credential)
				: byKey(credential, "It is neither a client's key nor a signed JSON Web Token, which has three parts.");
	}

	private Client byKey(String key, @Nullable String diagnosis) {
		return this.clients.findByKey(key).orElseThrow(() -> AuthenticationProblems.invalid(diagnosis));
	}

}
