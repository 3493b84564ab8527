package dev.memberproxy.clients;

import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;

import com.nimbusds.jose.jwk.RSAKey;
import dev.memberproxy.MutableClock;
import dev.memberproxy.clients.AuthenticationProblems.TokenFault;
import dev.memberproxy.core.OutboundProxy;
import dev.memberproxy.problem.ProblemException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** The limits of the time claims, with a fixed clock. */
class JwtVerifierTests {

	private static final RSAKey KEY = IdentityProviderServer.rsaKey("one");

	private final MutableClock clock = new MutableClock();

	private final IdentityProviderServer server = new IdentityProviderServer(KEY);

	@AfterEach
	void stop() {
		this.server.close();
	}

	@ParameterizedTest
	@CsvSource({ "1,true", "0,true", "-59,true", "-60,false", "-61,false" })
	void verifyWhenExpiryIsMoreThanSixtySecondsAgoRejects(long seconds, boolean accepted) {
		assertVerified(verifier("azp"), token(seconds, 0), accepted ? null : TokenFault.EXPIRY);
	}

	@ParameterizedTest
	@CsvSource({ "-1,true", "0,true", "60,true", "61,false" })
	void verifyWhenStartIsMoreThanSixtySecondsAheadRejects(long seconds, boolean accepted) {
		assertVerified(verifier("azp"), token(300, seconds), accepted ? null : TokenFault.NOT_BEFORE);
	}

	@Test
	void verifyWhenClaimIsConfiguredReadsItOnly() {
		String token = this.server.token(KEY,
				(claims) -> claims.claim("azp", "nobody").claim("cid", "bot").expirationTime(in(300)));
		assertVerified(verifier("cid"), token, null);
		assertVerified(verifier("azp"), token, TokenFault.CLIENT);
		assertVerified(verifier("appid"), token, TokenFault.CLIENT_CLAIM);
	}

	private String token(long expiry, long notBefore) {
		return this.server.token(KEY, (claims) -> claims.expirationTime(in(expiry)).notBeforeTime(in(notBefore)));
	}

	private static void assertVerified(JwtVerifier verifier, String token, TokenFault fault) {
		if (fault == null) {
			assertThat(verifier.verify(token).name()).isEqualTo("bot");
			return;
		}
		assertThatExceptionOfType(ProblemException.class).isThrownBy(() -> verifier.verify(token))
			.withMessage(AuthenticationProblems.invalid(fault).getMessage());
	}

	private JwtVerifier verifier(String clientClaim) {
		Client bot = new Client("bot", new Policy(Set.of(), Set.of(), Set.of(), List.of()), null);
		KeySetClient client = new KeySetClient(new Issuer(this.server.issuer(), false), () -> null,
				OutboundProxy.ofJvm(), KeySetClient.DEFAULT_TIMEOUT);
		return new JwtVerifier(this.server.issuer(),
				new AccessProperties.Jwt(this.server.issuer(), List.of("sentry-member-proxy"), clientClaim, null,
						false),
				new IdentityProvider(client, () -> 0), new Clients(Map.of(), Map.of("bot", bot)), this.clock);
	}

	private Date in(long seconds) {
		Instant instant = this.clock.instant().plusSeconds(seconds);
		return Date.from(instant);
	}

}
