package dev.memberproxy.clients;

import java.util.Set;

import dev.memberproxy.clients.AccessProperties.Jwt;
import dev.memberproxy.organizations.InvalidConfigurationException;

/**
 * What the tokens of the identity provider have to carry, checked.
 *
 * @param issuer the issuer
 * @param audiences the audiences, of which a token carries at least one
 * @param clientClaim the claim that has the client's id
 */
record JwtSettings(Issuer issuer, Set<String> audiences, String clientClaim) {

	JwtSettings {
		audiences = Set.copyOf(audiences);
	}

	/**
	 * Checks the configuration.
	 * @param issuer the issuer as configured
	 * @param jwt the rest
	 * @return the settings
	 * @throws InvalidConfigurationException if anything is missing or wrong
	 */
	static JwtSettings of(String issuer, Jwt jwt) {
		if (jwt.audience().isEmpty()) {
			throw new InvalidConfigurationException("members.jwt.audience", "is missing",
					"Set it to the audience that tokens for this service carry. Without it, tokens that the issuer made"
							+ " for other services would be taken.");
		}
		return new JwtSettings(new Issuer(issuer, jwt.allowHttp()), Set.copyOf(jwt.audience()), jwt.clientClaim());
	}

}
