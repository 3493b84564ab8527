package dev.memberproxy.clients;

import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;

import com.nimbusds.jose.jwk.RSAKey;
import dev.memberproxy.MutableClock;
import dev.memberproxy.core.OutboundProxy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/** The borders of time, by a clock that stands still. */
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
	void verifyWhenExpiryIsMoreThanSixtySecondsAgoRefuses(long seconds, boolean accepted) {
		assertVerdict(verify(seconds, 0), accepted, TokenCheck.EXPIRY);
	}

	@ParameterizedTest
	@CsvSource({ "-1,true", "0,true", "60,true", "61,false" })
	void verifyWhenStartIsMoreThanSixtySecondsAheadRefuses(long seconds, boolean accepted) {
		assertVerdict(verify(300, seconds), accepted, TokenCheck.NOT_BEFORE);
	}

	@Test
	void verifyWhenClaimIsConfiguredReadsItOnly() {
		String token = this.server.token(KEY,
				(claims) -> claims.claim("azp", "nobody").claim("cid", "bot").expirationTime(in(300)));
		assertThat(verifier("cid").verify(token)).isInstanceOf(Verdict.Accepted.class);
		assertThat(verifier("azp").verify(token)).isEqualTo(TokenCheck.CLIENT.refused());
		assertThat(verifier("appid").verify(token)).isEqualTo(TokenCheck.CLIENT_CLAIM.refused());
	}

	private Verdict verify(long expiry, long notBefore) {
		return verifier("azp")
			.verify(this.server.token(KEY, (claims) -> claims.expirationTime(in(expiry)).notBeforeTime(in(notBefore))));
	}

	private static void assertVerdict(Verdict verdict, boolean accepted, TokenCheck check) {
		if (accepted) {
			assertThat(verdict).isInstanceOf(Verdict.Accepted.class);
		}
		else {
			assertThat(verdict).isEqualTo(check.refused());
		}
	}

	private JwtVerifier verifier(String clientClaim) {
		Issuer issuer = new Issuer(this.server.issuer(), false);
		Client bot = new Client("bot", new Policy(Set.of(), Set.of(), Set.of(), new EmailDomains(List.of())), null);
		return new JwtVerifier(new JwtSettings(issuer, Set.of("sentry-member-proxy"), clientClaim),
				new IdentityProvider(new KeySetClient(issuer, () -> null, OutboundProxy.ofJvm()), () -> 0),
				new Clients(Map.of("bot", bot), List.of()), this.clock);
	}

	private Date in(long seconds) {
		Instant instant = this.clock.instant().plusSeconds(seconds);
		return Date.from(instant);
	}

}
