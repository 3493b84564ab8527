package dev.memberproxy.clients;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

import dev.memberproxy.core.CheckedProperties;
import dev.memberproxy.core.InvalidConfigurationException.Fault;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Who may call the service, as configured. {@link ClientFactory} checks what constraints
 * cannot express.
 *
 * @param access whether callers need credentials, or every caller is accepted
 * @param clients the clients by name
 * @param jwt how tokens of an identity provider are verified
 */
@ConfigurationProperties("members")
record AccessProperties(@DefaultValue("clients") Access access,
		@Valid @DefaultValue Map<String, ClientSettings> clients, @DefaultValue Jwt jwt) implements CheckedProperties {

	private static final Pattern NAME = Pattern.compile("[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?");

	@Override
	public List<Fault> findMissing() {
		List<Fault> faults = new ArrayList<>();
		if (this.access == Access.OPEN) {
			return faults;
		}
		if (this.clients.isEmpty()) {
			faults.add(new Fault("members.access", "is clients, which is the default, but no client is configured",
					"Configure one: set members.clients.<name>.key-sha256 to the SHA-256 digest of its key. The README"
							+ " has a command that creates both. Or set members.access=open (MEMBERS_ACCESS=open) to"
							+ " accept every caller, and make sure that only your own apps can reach the service."));
		}
		this.clients.forEach((name, client) -> {
			if (!NAME.matcher(name).matches()) {
				faults.add(new Fault("members.clients", "has a name that cannot be used",
						"Use lower-case letters, digits and inner hyphens for the names below members.clients."));
			}
			else if (client.keySha256().isEmpty() && this.jwt.issuer() == null) {
				faults.add(new Fault("members.clients." + name + ".key-sha256", "is missing",
						"Set it to the SHA-256 digest of the client's key, in hexadecimal digits. The README has a"
								+ " command that creates both."));
			}
		});
		if (this.jwt.issuer() != null && this.jwt.audience().isEmpty()) {
			faults.add(new Fault("members.jwt.audience", "is missing",
					"Set it to the audience that tokens for this service carry. Without it, tokens that the issuer"
							+ " made for other services would be accepted."));
		}
		return faults;
	}

	enum Access {

		CLIENTS, OPEN

	}

	/**
	 * One client.
	 *
	 * @param keySha256 the SHA-256 digests of its keys in hexadecimal digits; several, so
	 * that keys can be rotated
	 * @param jwtClientIds its ids at the identity provider; its name if there are none
	 * @param organizations the aliases of the organizations it may access
	 * @param operations what it may do: create, read, update-role, delete
	 * @param roles the roles it may assign
	 * @param emailDomains the domains of the addresses it may manage, exact or as
	 * *.sub.example.com; any if there are none
	 * @param requestsPerMinute how many requests it may send in a minute; unlimited if
	 * not set
	 */
	record ClientSettings(@DefaultValue List<String> keySha256, @DefaultValue List<String> jwtClientIds,
			@DefaultValue("default") List<String> organizations, @DefaultValue( {
					"create", "read" }) List<String> operations,
			@DefaultValue("member") List<String> roles, @DefaultValue List<String> emailDomains,
			@Min(value = 1, message = ClientSettings.NOT_A_LIMIT) @Max(value = 1_000_000,
					message = ClientSettings.NOT_A_LIMIT) @Nullable Integer requestsPerMinute){

		private static final String NOT_A_LIMIT = "is not a usable limit"
				+ "|Set it to a whole number from 1 to 1000000, or leave it out for no limit.";

	}

	/**
	 * Tokens of an identity provider. Blank values, such as variables that were left
	 * empty, count as not set.
	 *
	 * @param issuer the issuer, from which everything else is discovered; null if there
	 * is no identity provider
	 * @param audience the audiences of this service; a token must have at least one
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
