package dev.memberproxy.clients;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.Date;
import java.util.function.Consumer;
import java.util.stream.Stream;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import dev.memberproxy.Call;
import dev.memberproxy.SentryStubs;
import dev.memberproxy.WireTests;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.stubFor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/** Callers who are known by tokens of an identity provider, beside those with keys. */
@WireTests
class JwtAccessTests {

	private static final String KEY = "smp_portal-key";

	private static final RSAKey SIGNING_KEY = newKey();

	private static final RSAKey OTHER_KEY = newKey();

	@LocalServerPort
	int port;

	@Value("${sentry.base-url}")
	String issuer;

	@DynamicPropertySource
	static void clients(DynamicPropertyRegistry registry) {
		registry.add("members.access", () -> "clients");
		registry.add("members.clients.portal.key-sha256", () -> KeyDigests.hex(KEY));
		registry.add("members.clients.bot.roles", () -> "member");
		registry.add("members.jwt.issuer", () -> "${sentry.base-url}");
		registry.add("members.jwt.audience", () -> "sentry-member-proxy");
	}

	@BeforeEach
	void answer() {
		SentryStubs.onPost(SentryStubs.created("ada@example.com", "member"));
		stubFor(get("/.well-known/openid-configuration")
			.willReturn(okJson("{\"issuer\":\"%s\",\"jwks_uri\":\"%s/jwks\"}".formatted(this.issuer, this.issuer))));
		stubFor(get("/jwks").willReturn(okJson(new JWKSet(SIGNING_KEY.toPublicJWK()).toString())));
	}

	@Test
	void createWhenTokenIsGoodPassesAsItsClient() throws Exception {
		assertThat(create(token((_) -> {
		}), "member").statusCode()).isEqualTo(201);
		assertThat(create(token((_) -> {
		}), "manager").statusCode()).isEqualTo(403);
	}

	@Test
	void createWhenKeyIsGoodPassesBesideTokens() {
		assertThat(create(KEY, "member").statusCode()).isEqualTo(201);
	}

	static Stream<Arguments> faults() {
		return Stream.of(fault("another issuer", (claims) -> claims.issuer("https://evil.example")),
				fault("another audience", (claims) -> claims.audience("somebody-else")),
				fault("no audience", (claims) -> claims.audience((String) null)),
				fault("expired", (claims) -> claims.expirationTime(Date.from(Instant.now().minusSeconds(300)))),
				fault("not yet valid", (claims) -> claims.notBeforeTime(Date.from(Instant.now().plusSeconds(300)))),
				fault("unknown client", (claims) -> claims.claim("azp", "nobody")),
				fault("no client", (claims) -> claims.claim("azp", null)),
				fault("client in another claim only", (claims) -> claims.claim("azp", null).subject("bot")),
				fault("client is no text", (claims) -> claims.claim("azp", 5)));
	}

	private static Arguments fault(String name, Consumer<JWTClaimsSet.Builder> change) {
		return arguments(name, change);
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("faults")
	void createWhenTokenIsFaultyIsRefused(String name, Consumer<JWTClaimsSet.Builder> change) throws Exception {
		assertThat(name).isNotBlank();
		assertRefused(create(token(change), "member"));
	}

	@Test
	void createWhenTokenIsSignedByAnotherOrNotAtAllIsRefused() throws Exception {
		assertRefused(create(sign(claims().build(), OTHER_KEY), "member"));
		assertRefused(create(new PlainJWT(claims().build()).serialize(), "member"));
		String good = token((_) -> {
		});
		assertRefused(create(good.substring(0, good.length() - 8) + "AAAAAAAA", "member"));
		assertRefused(create("a.b.c", "member"));
		assertRefused(create("..", "member"));
	}

	private static void assertRefused(HttpResponse<String> response) {
		assertThat(response.statusCode()).as(response.body()).isEqualTo(401);
		assertThat(response.headers().firstValue("WWW-Authenticate"))
			.contains("Bearer realm=\"members\", error=\"invalid_token\"");
		assertThat(SentryStubs.posts()).isZero();
	}

	private HttpResponse<String> create(String token, String role) {
		return Call.send(Call.request(this.port, "/members")
			.header("Authorization", "Bearer " + token)
			.header("Content-Type", "application/json")
			.POST(BodyPublishers.ofString("{\"userName\":\"ada@example.com\",\"sentryOrgRole\":\"" + role + "\"}"))
			.build());
	}

	private String token(Consumer<JWTClaimsSet.Builder> change) throws JOSEException {
		JWTClaimsSet.Builder claims = claims();
		change.accept(claims);
		return sign(claims.build(), SIGNING_KEY);
	}

	private JWTClaimsSet.Builder claims() {
		return new JWTClaimsSet.Builder().issuer(this.issuer)
			.audience("sentry-member-proxy")
			.subject("whoever")
			.claim("azp", "bot")
			.expirationTime(Date.from(Instant.now().plusSeconds(300)));
	}

	private static String sign(JWTClaimsSet claims, RSAKey key) throws JOSEException {
		SignedJWT jwt = new SignedJWT(new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("one").build(), claims);
		jwt.sign(new RSASSASigner(key));
		return jwt.serialize();
	}

	private static RSAKey newKey() {
		try {
			return new RSAKeyGenerator(2048).keyID("one").generate();
		}
		catch (JOSEException ex) {
			throw new AssertionError(ex);
		}
	}

}
