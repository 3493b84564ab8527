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
import dev.memberproxy.clients.AuthenticationProblems.TokenFault;
import dev.memberproxy.problem.ProblemException;

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
 * Verifies the tokens of the identity provider. The claims are checked before the
 * signature: a token of another issuer or an old one has an unknown key, and must not
 * make the service fetch keys.
 */
final class JwtVerifier {

	/**
	 * The asymmetric algorithms that Nimbus verifies with the JDK's own providers. EdDSA
	 * would need a further library.
	 */
	static final Set<JWSAlgorithm> ALGORITHMS = Stream
		.concat(JWSAlgorithm.Family.RSA.stream(), Stream.of(JWSAlgorithm.ES256, JWSAlgorithm.ES384, JWSAlgorithm.ES512))
		.collect(Collectors.toUnmodifiableSet());

	private static final Duration CLOCK_SKEW = Duration.ofSeconds(60);

	private final IdentityProvider identityProvider;

	private final Clients clients;

	private final String clientClaim;

	private final Clock clock;

	private final Map<TokenFault, OAuth2TokenValidator<Jwt>> validators;

	private final Converter<Map<String, Object>, Map<String, Object>> claims = MappedJwtClaimSetConverter
		.withDefaults(Map.of());

	private final DefaultJWTProcessor<SecurityContext> signatures = new DefaultJWTProcessor<>();

	/**
	 * @param issuer the issuer as in the claim {@code iss}
	 * @param settings the audiences, and the claim that has the client's id
	 */
	JwtVerifier(String issuer, AccessProperties.Jwt settings, IdentityProvider identityProvider, Clients clients,
			Clock clock) {
		this.identityProvider = identityProvider;
		this.clients = clients;
		this.clientClaim = settings.clientClaim();
		this.clock = clock;
		this.validators = validators(issuer, Set.copyOf(settings.audience()));
		this.signatures.setJWSKeySelector(new JWSVerificationKeySelector<>(ALGORITHMS, identityProvider));
		// The validators of Spring Security have checked both.
		this.signatures.setJWSTypeVerifier((_, _) -> {
		});
		this.signatures.setJWTClaimsSetVerifier((_, _) -> {
		});
	}

	private Map<TokenFault, OAuth2TokenValidator<Jwt>> validators(String issuer, Set<String> audiences) {
		// RFC 9068 section 4 requires that both forms of at+jwt are accepted.
		JwtTypeValidator type = new JwtTypeValidator("JWT", "at+jwt", "application/at+jwt", "application/jwt");
		type.setAllowEmpty(true);
		JwtTimestampValidator timestamps = new JwtTimestampValidator(CLOCK_SKEW);
		timestamps.setClock(this.clock);
		Map<TokenFault, OAuth2TokenValidator<Jwt>> all = new LinkedHashMap<>();
		all.put(TokenFault.TYPE, type);
		all.put(TokenFault.ISSUER, new JwtIssuerValidator(issuer));
		all.put(TokenFault.AUDIENCE, new JwtClaimValidator<Collection<String>>(JwtClaimNames.AUD,
				(present) -> present.stream().anyMatch(audiences::contains)));
		all.put(TokenFault.EXPIRY, new JwtClaimValidator<Instant>(JwtClaimNames.EXP,
				(expiry) -> this.clock.instant().minus(CLOCK_SKEW).isBefore(expiry)));
		// Checks exp, too, which is valid here.
		all.put(TokenFault.NOT_BEFORE, timestamps);
		// Only the certificate is left of what Spring Security checks by default.
		all.put(TokenFault.CERTIFICATE, JwtValidators.createDefaultWithValidators(List.of(type, timestamps)));
		return all;
	}

	/**
	 * Verifies a token.
	 * @return its client
	 * @throws ProblemException if it is rejected, or cannot be verified without the keys
	 */
	Client verify(String token) {
		SignedJWT signed = parse(token);
		Jwt jwt = read(signed);
		this.validators.forEach((fault, validator) -> {
			if (validator.validate(jwt).hasErrors()) {
				throw AuthenticationProblems.invalid(fault);
			}
		});
		if (!(jwt.getClaims().get(this.clientClaim) instanceof String id)) {
			throw AuthenticationProblems.invalid(TokenFault.CLIENT_CLAIM);
		}
		Client client = this.clients.findByJwtClientId(id)
			.orElseThrow(() -> AuthenticationProblems.invalid(TokenFault.CLIENT));
		verifySignature(signed, jwt);
		return client;
	}

	private static SignedJWT parse(String token) {
		try {
			if (JWTParser.parse(token) instanceof SignedJWT signed
					&& ALGORITHMS.contains(signed.getHeader().getAlgorithm())) {
				return signed;
			}
		}
		catch (ParseException | RuntimeException ex) {
			throw AuthenticationProblems.invalid(TokenFault.FORM);
		}
		throw AuthenticationProblems.invalid(TokenFault.ALGORITHM);
	}

	private Jwt read(SignedJWT token) {
		try {
			Map<String, Object> converted = this.claims.convert(token.getJWTClaimsSet().getClaims());
			return Jwt.withTokenValue(token.getParsedString())
				.headers((headers) -> headers.putAll(token.getHeader().toJSONObject()))
				.claims((claims) -> claims.putAll(converted))
				.build();
		}
		catch (ParseException | RuntimeException ex) {
			// The converters of claims throw various exceptions.
			throw AuthenticationProblems.invalid(TokenFault.FORM);
		}
	}

	private void verifySignature(SignedJWT token, Jwt jwt) {
		try {
			this.signatures.process(token, null);
		}
		catch (KeySourceException ex) {
			throw keyNotFound(Optional.ofNullable(jwt.getIssuedAt()));
		}
		catch (BadJWSException | JOSEException ex) {
			throw AuthenticationProblems.invalid(TokenFault.SIGNATURE);
		}
		catch (BadJOSEException ex) {
			throw keyNotFound(Optional.empty());
		}
	}

	/**
	 * A key that the identity provider does not have makes the token invalid. If the keys
	 * could not be fetched, or not again so soon, the key of a newer token may be valid.
	 */
	private ProblemException keyNotFound(Optional<Instant> issuedAt) {
		return this.identityProvider.findFailure()
			.map((failure) -> AuthenticationProblems.unverifiable(failure.isMisconfiguration(), failure.description()))
			.orElseGet(() -> isNewerThanKeys(issuedAt) ? AuthenticationProblems.unverifiable(false,
					"The token's key is not known, and the identity provider was asked for its keys only seconds ago.")
					: AuthenticationProblems.invalid(TokenFault.KEY));
	}

	private boolean isNewerThanKeys(Optional<Instant> issuedAt) {
		return this.identityProvider.keysAge()
			.map((age) -> this.clock.instant().minus(age).minus(CLOCK_SKEW))
			.map((fetched) -> issuedAt.filter(fetched::isBefore).isPresent())
			.orElse(true);
	}

}
