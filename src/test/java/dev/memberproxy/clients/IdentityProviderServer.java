package dev.memberproxy.clients;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

/** An identity provider that can fail in many ways. */
final class IdentityProviderServer implements AutoCloseable {

	static final String OPENID = "/.well-known/openid-configuration";

	static final String OAUTH = "/.well-known/oauth-authorization-server";

	static final String KEYS = "/keys";

	private final List<String> requests = new CopyOnWriteArrayList<>();

	private final CountDownLatch over = new CountDownLatch(1);

	private final HttpServer server;

	private volatile Behavior behavior = this::respond;

	private volatile String issuer;

	private volatile String metadataPath = OPENID;

	private volatile String metadata;

	private volatile String keySet = "{\"keys\":[]}";

	IdentityProviderServer(JWK... keys) {
		try {
			this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		this.server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
		this.server.createContext("/", (exchange) -> {
			this.requests.add(exchange.getRequestURI().getPath());
			try (exchange) {
				this.behavior.handle(exchange);
			}
		});
		this.server.start();
		this.issuer = address();
		describe(this.issuer, address() + KEYS);
		publish(keys);
	}

	static RSAKey rsaKey(String id) {
		try {
			return new RSAKeyGenerator(2048).keyID(id).generate();
		}
		catch (JOSEException ex) {
			throw new AssertionError(ex);
		}
	}

	static ECKey ecKey(String id) {
		try {
			return new ECKeyGenerator(Curve.P_256).keyID(id).generate();
		}
		catch (JOSEException ex) {
			throw new AssertionError(ex);
		}
	}

	String address() {
		return "http://127.0.0.1:" + this.server.getAddress().getPort();
	}

	String issuer() {
		return this.issuer;
	}

	/** Serves the metadata at a path of OpenID Connect Discovery or RFC 8414. */
	void serve(String path, String issuer) {
		this.issuer = issuer;
		this.metadataPath = path;
		describe(issuer, address() + KEYS);
	}

	void describe(String metadata) {
		this.metadata = metadata;
	}

	void describe(String issuer, String keySet) {
		this.metadata = "{\"issuer\":\"%s\",\"jwks_uri\":\"%s\"}".formatted(issuer, keySet);
	}

	void publish(JWK... keys) {
		this.keySet = new JWKSet(Arrays.asList(keys)).toString();
	}

	void publish(String keySet) {
		this.keySet = keySet;
	}

	void work() {
		this.behavior = this::respond;
	}

	void fail(int status) {
		this.behavior = (exchange) -> respond(exchange, status, "");
	}

	void redirect(String location) {
		this.behavior = (exchange) -> {
			exchange.getResponseHeaders().add("Location", location);
			respond(exchange, 302, "");
		};
	}

	void hang() {
		this.behavior = (_) -> {
			try {
				this.over.await();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		};
	}

	/** Sends a byte every 500 ms, so that no read times out. */
	void drip() {
		this.behavior = (exchange) -> {
			exchange.sendResponseHeaders(200, 0);
			try {
				while (!this.over.await(500, TimeUnit.MILLISECONDS)) {
					exchange.getResponseBody().write(' ');
					exchange.getResponseBody().flush();
				}
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		};
	}

	/** The paths of all requests so far. */
	List<String> requests() {
		return new ArrayList<>(this.requests);
	}

	/** How many fetches were started. */
	long fetches() {
		return this.requests.stream().filter(OPENID::equals).count();
	}

	@Override
	public void close() {
		this.over.countDown();
		this.server.stop(0);
	}

	private void respond(HttpExchange exchange) throws IOException {
		String path = exchange.getRequestURI().getPath();
		if (path.equals(this.metadataPath)) {
			respond(exchange, 200, this.metadata);
		}
		else if (path.equals(KEYS)) {
			respond(exchange, 200, this.keySet);
		}
		else {
			respond(exchange, 404, "<html>Not here</html>");
		}
	}

	private static void respond(HttpExchange exchange, int status, String body) throws IOException {
		byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
		exchange.getResponseHeaders().add("Content-Type", "application/json");
		exchange.sendResponseHeaders(status, (bytes.length > 0) ? bytes.length : -1);
		if (bytes.length > 0) {
			exchange.getResponseBody().write(bytes);
		}
	}

	/** The claims of a valid token. */
	JWTClaimsSet.Builder claims() {
		return new JWTClaimsSet.Builder().issuer(issuer())
			.audience("sentry-member-proxy")
			.subject("whoever")
			.claim("azp", "bot")
			.expirationTime(Date.from(Instant.now().plusSeconds(300)));
	}

	String token(JWK key) {
		return token(key, (_) -> {
		});
	}

	String token(JWK key, Consumer<JWTClaimsSet.Builder> change) {
		return token(key, change, (_) -> {
		});
	}

	String token(JWK key, Consumer<JWTClaimsSet.Builder> change, Consumer<JWSHeader.Builder> header) {
		JWTClaimsSet.Builder claims = claims();
		change.accept(claims);
		return sign(key, claims.build(), header);
	}

	static String sign(JWK key, JWTClaimsSet claims, Consumer<JWSHeader.Builder> change) {
		try {
			JWSSigner signer = (key instanceof ECKey ec) ? new ECDSASigner(ec) : new RSASSASigner(key.toRSAKey());
			JWSHeader.Builder header = new JWSHeader.Builder(
					(key instanceof ECKey) ? JWSAlgorithm.ES256 : JWSAlgorithm.RS256)
				.keyID(key.getKeyID());
			change.accept(header);
			SignedJWT jwt = new SignedJWT(header.build(), claims);
			jwt.sign(signer);
			return jwt.serialize();
		}
		catch (JOSEException ex) {
			throw new AssertionError(ex);
		}
	}

	@FunctionalInterface
	private interface Behavior {

		void handle(HttpExchange exchange) throws IOException;

	}

}
