package dev.memberproxy.clients;

import java.util.Optional;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;

import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.JwtDecoder;

/**
 * Knows whose credentials are whose: keys, and, where an identity provider is configured,
 * its tokens. Counts what it does not know.
 */
final class Credentials {

	private final Clients clients;

	private final @Nullable JwtDecoder jwtDecoder;

	private final String clientClaim;

	private final Counter unknown;

	/**
	 * @param clients the clients
	 * @param jwtDecoder verifies tokens, issuer and audience included; null if there is
	 * no identity provider
	 * @param clientClaim the claim that names the client
	 * @param meterRegistry where to count
	 */
	Credentials(Clients clients, @Nullable JwtDecoder jwtDecoder, String clientClaim, MeterRegistry meterRegistry) {
		this.clients = clients;
		this.jwtDecoder = jwtDecoder;
		this.clientClaim = clientClaim;
		this.unknown = Counter.builder("members.authentication.failures")
			.description("Requests with credentials that are not known")
			.register(meterRegistry);
	}

	Optional<Client> findByKey(String key) {
		return counted(this.clients.findByKey(key));
	}

	/**
	 * Finds the client that a bearer token belongs to.
	 * @param token a key, or a token of the identity provider, which has two dots
	 * @return the client, or empty if the token is nobody's
	 * @throws org.springframework.security.oauth2.jwt.JwtException if the identity
	 * provider cannot be asked for its keys
	 */
	Optional<Client> findByBearer(String token) {
		JwtDecoder decoder = this.jwtDecoder;
		return counted((decoder != null && token.chars().filter((c) -> c == '.').count() == 2)
				? findByJwt(decoder, token) : this.clients.findByKey(token));
	}

	private Optional<Client> findByJwt(JwtDecoder decoder, String token) {
		try {
			return Optional.ofNullable(decoder.decode(token).getClaim(this.clientClaim))
				.filter(String.class::isInstance)
				.map(String.class::cast)
				.flatMap(this.clients::findByName);
		}
		catch (BadJwtException ex) {
			return Optional.empty();
		}
	}

	/** Counts what is neither a key nor a token, and therefore nobody's. */
	void countUnknown() {
		this.unknown.increment();
	}

	private Optional<Client> counted(Optional<Client> client) {
		if (client.isEmpty()) {
			countUnknown();
		}
		return client;
	}

}
