package dev.memberproxy.clients;

import java.util.List;
import java.util.Map;

import dev.memberproxy.core.CheckedProperties;
import dev.memberproxy.core.InvalidConfigurationException.Fault;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Who may call the service, as configured. Holds what was written, unchecked:
 * {@link ClientFactory} checks it and says what is wrong in the operator's words.
 *
 * @param access whether callers are known by a key, or everybody who reaches the service
 * may call it
 * @param clients the callers by name
 * @param jwt how tokens of an identity provider are recognized
 */
@ConfigurationProperties("members")
record AccessProperties(@DefaultValue("clients") Access access, @DefaultValue Map<String, ClientSettings> clients,
		@DefaultValue Jwt jwt) implements CheckedProperties {

	@Override
	public List<Fault> findMissing() {
		return (this.access == Access.CLIENTS) ? ClientFactory.findMissing(this) : List.of();
	}

	enum Access {

		CLIENTS, OPEN

	}

	/**
	 * One caller.
	 *
	 * @param keySha256 the SHA-256 digests of its keys in hexadecimal digits; several, so
	 * that keys can be rolled
	 * @param jwtClientIds the ids it has at the identity provider; its name if there are
	 * none
	 * @param organizations the aliases of the organizations it may touch
	 * @param operations what it may do: create, read, update-role, delete
	 * @param roles the roles it may give
	 * @param emailDomains the domains of the addresses it may touch, exact or as
	 * *.sub.example.com; any if there are none
	 * @param requestsPerMinute how many requests it may send in a minute; any number if
	 * not given
	 */
	record ClientSettings(@DefaultValue List<String> keySha256, @DefaultValue List<String> jwtClientIds,
			@DefaultValue("default") List<String> organizations, @DefaultValue( {
					"create", "read" }) List<String> operations,
			@DefaultValue("member") List<String> roles, @DefaultValue List<String> emailDomains,
			@Nullable Integer requestsPerMinute){
	}

	/**
	 * Tokens of an identity provider.
	 *
	 * @param issuer the issuer, from which everything else is discovered; null if there
	 * is no identity provider. A blank one, such as a variable that was left empty,
	 * counts as absent
	 * @param audience the audiences of this service; a token has to carry at least one.
	 * Blank ones count as absent
	 * @param clientClaim the claim that has the client's id
	 * @param sslBundle SSL bundle with the certificates to trust, for a private CA
	 * @param allowHttp whether an issuer on another host may be plain http
	 */
	record Jwt(@Nullable String issuer, @DefaultValue List<String> audience,
			@DefaultValue(Jwt.AUTHORIZED_PARTY) String clientClaim, @Nullable String sslBundle,
			@DefaultValue("false") boolean allowHttp) {

		/** OpenID Connect Core section 2. */
		private static final String AUTHORIZED_PARTY = "azp";

		Jwt {
			issuer = stripToNull(issuer);
			audience = audience.stream().map(String::strip).filter((value) -> !value.isEmpty()).toList();
			clientClaim = clientClaim.isBlank() ? AUTHORIZED_PARTY : clientClaim;
			sslBundle = stripToNull(sslBundle);
		}

		private static @Nullable String stripToNull(@Nullable String value) {
			return (value == null || value.isBlank()) ? null : value.strip();
		}

	}

}
