package dev.memberproxy.clients;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.memberproxy.RawServer;
import dev.memberproxy.clients.AccessProperties.Jwt;
import org.junit.jupiter.api.Test;

import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtDecoderInitializationException;
import org.springframework.security.oauth2.jwt.JwtException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

/** What becomes of tokens whose identity provider does not answer, or is asked a lot. */
class JwtDecodersTests {

	private static final String TOKEN = "e30.e30.e30";

	@Test
	void decodeWhenIdentityProviderFailedAsksItNoMoreAndBlamesNoToken() throws IOException {
		AtomicInteger connections = new AtomicInteger();
		try (RawServer server = RawServer.start((_) -> connections.incrementAndGet())) {
			JwtDecoder decoder = decoder(server.uri("http").toString());
			assertNotInitialized(decoder);
			int asked = connections.get();
			assertThat(asked).isPositive();
			for (int i = 0; i < 20; i++) {
				assertNotInitialized(decoder);
			}
			assertThat(connections).hasValue(asked);
		}
	}

	@Test
	void decodeWhenIdentityProviderHangsLetsOneWaitForItAndNotEach() throws Exception {
		CountDownLatch over = new CountDownLatch(1);
		try (RawServer server = RawServer.start((_) -> over.await());
				ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
			JwtDecoder decoder = decoder(server.uri("http").toString());
			long start = System.nanoTime();
			callers.invokeAll(
					Stream.generate(() -> Executors.callable(() -> assertNotInitialized(decoder))).limit(5).toList());
			assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(9));
		}
		finally {
			over.countDown();
		}
	}

	@Test
	void decodeWhenKeysAreInventedAsksTenTimesAndBlamesNoTokenBeyond() throws Exception {
		RSAKey key = new RSAKeyGenerator(2048).keyID("one").generate();
		AtomicInteger calls = new AtomicInteger();
		HttpServer server = identityProvider(key, calls);
		try {
			JwtDecoder decoder = decoder(issuer(server));
			List<Throwable> ends = Stream
				.generate(() -> catchThrowable(() -> decoder.decode(token(key, "invented", issuer(server)))))
				.limit(30)
				.toList();
			assertThat(calls).hasValue(10);
			assertThat(ends).hasOnlyElementsOfType(JwtException.class);
			assertThat(ends.subList(0, 8)).hasOnlyElementsOfType(BadJwtException.class);
			assertThat(ends.subList(8, 30)).doesNotHaveAnyElementsOfTypes(BadJwtException.class);
			// A key that is known is not asked for.
			assertThat(decoder.decode(token(key, "one", issuer(server))).getSubject()).isEqualTo("whoever");
		}
		finally {
			server.stop(0);
		}
	}

	private static void assertNotInitialized(JwtDecoder decoder) {
		assertThatExceptionOfType(JwtDecoderInitializationException.class).isThrownBy(() -> decoder.decode(TOKEN));
	}

	private static JwtDecoder decoder(String issuer) {
		return Objects.requireNonNull(JwtDecoders.of(new Jwt(issuer, "here", "azp"), Clock.systemUTC()));
	}

	private static String token(RSAKey key, String keyId, String issuer) throws JOSEException {
		SignedJWT jwt = new SignedJWT(new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(keyId).build(),
				new JWTClaimsSet.Builder().issuer(issuer).audience("here").subject("whoever").build());
		jwt.sign(new RSASSASigner(key));
		return jwt.serialize();
	}

	private static HttpServer identityProvider(RSAKey key, AtomicInteger calls) throws IOException {
		HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		String issuer = issuer(server);
		server.createContext("/.well-known/openid-configuration", (exchange) -> answer(exchange, calls,
				"{\"issuer\":\"%s\",\"jwks_uri\":\"%s/jwks\"}".formatted(issuer, issuer)));
		server.createContext("/jwks", (exchange) -> answer(exchange, calls, new JWKSet(key.toPublicJWK()).toString()));
		server.start();
		return server;
	}

	private static String issuer(HttpServer server) {
		return "http://127.0.0.1:" + server.getAddress().getPort();
	}

	private static void answer(HttpExchange exchange, AtomicInteger calls, String json) throws IOException {
		calls.incrementAndGet();
		byte[] body = json.getBytes(StandardCharsets.UTF_8);
		exchange.getResponseHeaders().add("Content-Type", "application/json");
		exchange.sendResponseHeaders(200, body.length);
		try (OutputStream out = exchange.getResponseBody()) {
			out.write(body);
		}
	}

}
