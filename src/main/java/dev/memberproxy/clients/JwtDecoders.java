package dev.memberproxy.clients;

import java.time.Clock;
import java.time.Duration;
import java.util.List;

import dev.memberproxy.clients.AccessProperties.Jwt;
import dev.memberproxy.organizations.InvalidConfigurationException;
import org.jspecify.annotations.Nullable;

import org.springframework.http.client.BufferingClientHttpRequestFactory;
import org.springframework.http.client.SimpleClientHttpRequestFactory;
import org.springframework.security.oauth2.core.DelegatingOAuth2TokenValidator;
import org.springframework.security.oauth2.jwt.JwtClaimNames;
import org.springframework.security.oauth2.jwt.JwtClaimValidator;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtValidators;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.security.oauth2.jwt.SupplierJwtDecoder;
import org.springframework.web.client.RestTemplate;

/** Makes the verifier of an identity provider's tokens. */
final class JwtDecoders {

	private static final Duration PATIENCE = Duration.ofSeconds(5);

	private JwtDecoders() {
	}

	/**
	 * The verifier for the configured identity provider. Asks it for its keys when the
	 * first token comes, so that the service starts without it.
	 * @param jwt the configuration
	 * @param clock the clock
	 * @return the verifier, or null if no identity provider is configured
	 * @throws InvalidConfigurationException if no audience is configured: tokens that the
	 * issuer made for others would be taken
	 */
	static @Nullable JwtDecoder of(Jwt jwt, Clock clock) {
		String issuer = jwt.issuer();
		String audience = jwt.audience();
		if (issuer == null) {
			return null;
		}
		if (audience == null || audience.isBlank()) {
			throw new InvalidConfigurationException("members.jwt.audience", "is missing",
					"Set it to the audience that tokens for this service carry. Without it, tokens that the issuer made"
							+ " for other services would be taken.");
		}
		RestTemplate restTemplate = restTemplate(clock);
		return new SupplierJwtDecoder(() -> decoder(issuer, audience, restTemplate));
	}

	private static NimbusJwtDecoder decoder(String issuer, String audience, RestTemplate restTemplate) {
		NimbusJwtDecoder decoder = NimbusJwtDecoder.withIssuerLocation(issuer).restOperations(restTemplate).build();
		decoder.setJwtValidator(new DelegatingOAuth2TokenValidator<>(JwtValidators.createDefaultWithIssuer(issuer),
				new JwtClaimValidator<List<String>>(JwtClaimNames.AUD,
						(audiences) -> audiences != null && audiences.contains(audience))));
		return decoder;
	}

	private static RestTemplate restTemplate(Clock clock) {
		SimpleClientHttpRequestFactory factory = new SimpleClientHttpRequestFactory();
		factory.setConnectTimeout(PATIENCE);
		factory.setReadTimeout(PATIENCE);
		// The guard has to see the whole answer, and reads it first.
		RestTemplate restTemplate = new RestTemplate(new BufferingClientHttpRequestFactory(factory));
		restTemplate.setInterceptors(List.of(new IdentityProviderGuard(clock)));
		return restTemplate;
	}

}
