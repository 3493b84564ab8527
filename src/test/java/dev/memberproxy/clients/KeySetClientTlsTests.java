package dev.memberproxy.clients;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.memberproxy.core.OutboundProxy;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslStoreBundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** An identity provider with a certificate of a private CA. */
class KeySetClientTlsTests {

	private static final RSAKey KEY = IdentityProviderServer.rsaKey("one");

	@TempDir
	private static Path directory;

	private static KeyStore trusted;

	private static KeyStore foreign;

	private static HttpsServer server;

	private static String issuer;

	private final DefaultSslBundleRegistry bundles = new DefaultSslBundleRegistry();

	@BeforeAll
	static void start() throws Exception {
		trusted = keyStore("server");
		foreign = keyStore("foreign");
		KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
		keys.init(trusted, "changeit".toCharArray());
		SSLContext context = SSLContext.getInstance("TLS");
		context.init(keys.getKeyManagers(), null, null);
		server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		server.setHttpsConfigurator(new HttpsConfigurator(context));
		issuer = "https://localhost:" + server.getAddress().getPort();
		String keySet = new JWKSet(KEY.toPublicJWK()).toString();
		serve("/.well-known/openid-configuration",
				"{\"issuer\":\"%s\",\"jwks_uri\":\"%s/keys\"}".formatted(issuer, issuer));
		serve("/keys", keySet);
		serve("/plain/.well-known/openid-configuration", "{\"issuer\":\"%s/plain\",\"jwks_uri\":\"%s/keys\"}"
			.formatted(issuer, issuer.replace("https", "http")));
		server.start();
	}

	@AfterAll
	static void stop() {
		server.stop(0);
	}

	@Test
	void fetchWhenCertificateIsInBundleReturnsKeys() throws Exception {
		this.bundles.registerBundle("id", bundle(trusted));
		assertThat(client(issuer).fetch().size()).isOne();
	}

	@Test
	void fetchWhenThereIsNoBundleDoesNotTrustPrivateCa() {
		assertFailure(
				new KeySetClient(new Issuer(issuer, false), () -> null, OutboundProxy.ofJvm(),
						KeySetClient.DEFAULT_TIMEOUT),
				"No TLS connection to the identity provider could be made.", false)
			.satisfies((failure) -> assertThat(failure.remedy())
				.isEqualTo("Check its certificate. For a private CA, set members.jwt.ssl-bundle."));
	}

	@Test
	void fetchWhenBundleWasReloadedUsesTheNewOne() throws Exception {
		this.bundles.registerBundle("id", bundle(foreign));
		KeySetClient client = client(issuer);
		assertFailure(client, "No TLS connection to the identity provider could be made.", false);
		this.bundles.updateBundle("id", bundle(trusted));
		assertThat(client.fetch().size()).isOne();
	}

	@Test
	void fetchWhenBundleIsNotDefinedIsMisconfigured() {
		assertFailure(client(issuer), "The SSL bundle for the identity provider is not defined.", true);
	}

	@Test
	void fetchWhenKeySetIsPlainHttpIsMisconfigured() {
		this.bundles.registerBundle("id", bundle(trusted));
		assertFailure(client(issuer + "/plain"), "The address of the key set (jwks_uri) is not https.", true);
	}

	private KeySetClient client(String issuer) {
		return new KeySetClient(new Issuer(issuer, false), () -> this.bundles.getBundle("id"), OutboundProxy.ofJvm(),
				KeySetClient.DEFAULT_TIMEOUT);
	}

	private static ThrowableAssertAlternative<IdentityProviderException> assertFailure(KeySetClient client,
			String description, boolean misconfiguration) {
		return assertThatExceptionOfType(IdentityProviderException.class).isThrownBy(client::fetch)
			.withMessage(description)
			.matches((failure) -> failure.isMisconfiguration() == misconfiguration);
	}

	private static SslBundle bundle(KeyStore trustStore) {
		return SslBundle.of(SslStoreBundle.of(null, null, trustStore));
	}

	private static void serve(String path, String json) {
		server.createContext(path, (exchange) -> {
			try (exchange) {
				byte[] body = json.getBytes(StandardCharsets.UTF_8);
				exchange.sendResponseHeaders(200, body.length);
				exchange.getResponseBody().write(body);
			}
		});
	}

	private static KeyStore keyStore(String name) throws Exception {
		Path file = directory.resolve(name + ".p12");
		Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
				"-genkeypair", "-keystore", file.toString(), "-storetype", "PKCS12", "-storepass", "changeit", "-alias",
				"test", "-keyalg", "EC", "-dname", "CN=localhost", "-ext", "san=dns:localhost", "-validity", "2")
			.redirectErrorStream(true)
			.start();
		assertThat(process.waitFor()).isZero();
		KeyStore store = KeyStore.getInstance(file.toFile(), "changeit".toCharArray());
		assertThat(Files.size(file)).isPositive();
		return store;
	}

}
