package dev.memberproxy.clients;

import java.util.Set;

import dev.memberproxy.clients.AccessProperties.Jwt;
import dev.memberproxy.core.InvalidConfigurationException;

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
	 * Checks the issuer; that there is an audience is checked before.
	 * @param issuer the issuer as configured
	 * @param jwt the rest
	 * @return the settings
	 * @throws InvalidConfigurationException if the issuer cannot be used
	 */
	static JwtSettings of(String issuer, Jwt jwt) {
		return new JwtSettings(new Issuer(issuer, jwt.allowHttp()), Set.copyOf(jwt.audience()), jwt.clientClaim());
	}

}
