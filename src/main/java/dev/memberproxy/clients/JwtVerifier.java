package dev.memberproxy.clients;

import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.BadJWSException;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTParser;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;

import org.springframework.core.convert.converter.Converter;
import org.springframework.security.oauth2.core.OAuth2TokenValidator;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtClaimNames;
import org.springframework.security.oauth2.jwt.JwtClaimValidator;
import org.springframework.security.oauth2.jwt.JwtIssuerValidator;
import org.springframework.security.oauth2.jwt.JwtTimestampValidator;
import org.springframework.security.oauth2.jwt.JwtTypeValidator;
import org.springframework.security.oauth2.jwt.JwtValidators;
import org.springframework.security.oauth2.jwt.MappedJwtClaimSetConverter;

/**
 * Verifies the tokens of the identity provider.
 * <p>
 * The claims are checked before the signature, and nothing is accepted before both are. A
 * token of another issuer or an old one has a key that is unknown here: so it is refused
 * for what it is, and does not make the service ask the identity provider for its keys.
 */
final class JwtVerifier {

	/**
	 * The algorithms that Nimbus verifies with a public key and the JDK's own providers:
	 * no HMAC, whose key would be public, and none without a signature. EdDSA would need
	 * a further library.
	 */
	static final Set<JWSAlgorithm> ALGORITHMS = Stream
		.concat(JWSAlgorithm.Family.RSA.stream(), Stream.of(JWSAlgorithm.ES256, JWSAlgorithm.ES384, JWSAlgorithm.ES512))
		.collect(Collectors.toUnmodifiableSet());

	private static final Duration CLOCK_SKEW = Duration.ofSeconds(60);

	private final IdentityProvider identityProvider;

	private final Clients clients;

	private final String clientClaim;

	private final Clock clock;

	private final Map<TokenCheck, OAuth2TokenValidator<Jwt>> checks;

	private final Converter<Map<String, Object>, Map<String, Object>> claims = MappedJwtClaimSetConverter
		.withDefaults(Map.of());

	private final DefaultJWTProcessor<SecurityContext> signatures = new DefaultJWTProcessor<>();

	/**
	 * @param settings what a token has to carry
	 * @param identityProvider knows the keys
	 * @param clients the clients
	 * @param clock the clock
	 */
	JwtVerifier(JwtSettings settings, IdentityProvider identityProvider, Clients clients, Clock clock) {
		this.identityProvider = identityProvider;
		this.clients = clients;
		this.clientClaim = settings.clientClaim();
		this.clock = clock;
		this.checks = checks(settings);
		this.signatures.setJWSKeySelector(new JWSVerificationKeySelector<>(ALGORITHMS, identityProvider));
		// Both are checked above, by Spring Security's validators.
		this.signatures.setJWSTypeVerifier((_, _) -> {
		});
		this.signatures.setJWTClaimsSetVerifier((_, _) -> {
		});
	}

	private Map<TokenCheck, OAuth2TokenValidator<Jwt>> checks(JwtSettings settings) {
		// RFC 9068 section 4 asks for both forms of at+jwt to be accepted.
		JwtTypeValidator type = new JwtTypeValidator("JWT", "at+jwt", "application/at+jwt", "application/jwt");
		type.setAllowEmpty(true);
		JwtTimestampValidator timestamps = new JwtTimestampValidator(CLOCK_SKEW);
		timestamps.setClock(this.clock);
		Map<TokenCheck, OAuth2TokenValidator<Jwt>> all = new LinkedHashMap<>();
		all.put(TokenCheck.TYPE, type);
		all.put(TokenCheck.ISSUER, new JwtIssuerValidator(settings.issuer().value()));
		all.put(TokenCheck.AUDIENCE, new JwtClaimValidator<Collection<String>>(JwtClaimNames.AUD,
				(audiences) -> audiences.stream().anyMatch(settings.audiences()::contains)));
		all.put(TokenCheck.EXPIRY, new JwtClaimValidator<Instant>(JwtClaimNames.EXP,
				(expiry) -> this.clock.instant().minus(CLOCK_SKEW).isBefore(expiry)));
		// Of the two timestamps only this one is left.
		all.put(TokenCheck.NOT_BEFORE, timestamps);
		// Of what Spring Security checks by default, only the certificate is left.
		all.put(TokenCheck.CERTIFICATE, JwtValidators.createDefaultWithValidators(List.of(type, timestamps)));
		return all;
	}

	/**
	 * Verifies a token.
	 * @param token three parts with dots between them
	 * @return the client, or why there is none
	 */
	Verdict verify(String token) {
		SignedJWT signed;
		Jwt jwt;
		try {
			if (!(JWTParser.parse(token) instanceof SignedJWT parsed)
					|| !ALGORITHMS.contains(parsed.getHeader().getAlgorithm())) {
				return TokenCheck.ALGORITHM.refused();
			}
			signed = parsed;
			jwt = read(signed);
		}
		catch (ParseException | RuntimeException ex) {
			// The converters of claims throw what they like.
			return TokenCheck.FORM.refused();
		}
		for (Map.Entry<TokenCheck, OAuth2TokenValidator<Jwt>> check : this.checks.entrySet()) {
			if (check.getValue().validate(jwt).hasErrors()) {
				return check.getKey().refused();
			}
		}
		if (!(jwt.getClaims().get(this.clientClaim) instanceof String id)) {
			return TokenCheck.CLIENT_CLAIM.refused();
		}
		return this.clients.findByJwtClientId(id)
			.map((client) -> verifySignature(signed, jwt, client))
			.orElseGet(TokenCheck.CLIENT::refused);
	}

	private Jwt read(SignedJWT token) throws ParseException {
		Map<String, Object> converted = this.claims.convert(token.getJWTClaimsSet().getClaims());
		return Jwt.withTokenValue(token.getParsedString())
			.headers((headers) -> headers.putAll(token.getHeader().toJSONObject()))
			.claims((claims) -> claims.putAll(converted))
			.build();
	}

	private Verdict verifySignature(SignedJWT token, Jwt jwt, Client client) {
		try {
			this.signatures.process(token, null);
			return new Verdict.Accepted(client);
		}
		catch (BadJWSException ex) {
			return TokenCheck.SIGNATURE.refused();
		}
		catch (BadJOSEException ex) {
			return keyNotFound(Optional.empty());
		}
		catch (KeySourceException ex) {
			return keyNotFound(Optional.ofNullable(jwt.getIssuedAt()));
		}
		catch (JOSEException ex) {
			return TokenCheck.SIGNATURE.refused();
		}
	}

	/**
	 * A key that the identity provider does not have makes the token a wrong one. Nothing
	 * is known if the keys could not be fetched, or not again so soon after the last
	 * time: the key of a token that was issued since may be a new one.
	 * @param issuedAt when the token was issued, if that matters
	 */
	private Verdict keyNotFound(Optional<Instant> issuedAt) {
		return this.identityProvider.findFailure()
			.<Verdict>map((failure) -> new Verdict.Unverifiable(failure.isMisconfiguration(), failure.cause()))
			.orElseGet(() -> isNewerThanKeys(issuedAt) ? new Verdict.Unverifiable(false,
					"The token's key is not known, and the identity provider was asked for its keys only seconds ago.")
					: TokenCheck.KEY.refused());
	}

	private boolean isNewerThanKeys(Optional<Instant> issuedAt) {
		return this.identityProvider.keysAge()
			.map((age) -> this.clock.instant().minus(age).minus(CLOCK_SKEW))
			.map((fetched) -> issuedAt.filter(fetched::isBefore).isPresent())
			.orElse(true);
	}

}
