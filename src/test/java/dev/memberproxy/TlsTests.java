package dev.memberproxy;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicInteger;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.TrustManagerFactory;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** HTTPS on both sides, with a self-signed certificate for {@code localhost}. */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = { "management.server.port=0", "management.server.ssl.enabled=false", "members.access=open",
				"sentry.organization-slug=acme", "sentry.token=t", "sentry.ssl-bundle=private-ca",
				"sentry.read-timeout=700ms", "sentry.deadline=1s", "sentry.connect-timeout=2s",
				"sentry.organizations.unbundled.slug=acme", "sentry.organizations.unbundled.token=t",
				"sentry.organizations.misnamed.slug=acme", "members.proxy.username=proxy-user",
				"sentry.organizations.proxied.slug=acme", "sentry.organizations.proxied.token=t",
				"sentry.organizations.proxied.ssl-bundle=private-ca",
				"sentry.organizations.proxied.base-url=https://sentry.test", "sentry.organizations.misnamed.token=t",
				"sentry.organizations.misnamed.ssl-bundle=private-ca", "server.ssl.bundle=inbound" })
@ExtendWith(OutputCaptureExtension.class)
class TlsTests {

	private static final char[] PASSWORD = "changeit".toCharArray();

	private static final AtomicInteger requests = new AtomicInteger();

	@TempDir
	private static Path directory;

	private static KeyStore keyStore;

	private static HttpsServer sentry;

	private static ConnectProxy proxy;

	@LocalServerPort
	int port;

	@LocalManagementPort
	int managementPort;

	@Autowired
	DefaultSslBundleRegistry bundles;

	@Autowired
	MeterRegistry meters;

	@DynamicPropertySource
	static void prepare(DynamicPropertyRegistry registry) throws Exception {
		keyStore = makeKeyStore("test");
		Path certificate = pem("CERTIFICATE", keyStore.getCertificate("test").getEncoded());
		Path key = pem("PRIVATE KEY", keyStore.getKey("test", PASSWORD).getEncoded());
		sentry = startSentry();
		String local = ":" + sentry.getAddress().getPort();
		proxy = new ConnectProxy("password");
		proxy.leadTo(sentry.getAddress().getPort());
		registry.add("members.proxy.url", proxy::uri);
		registry.add("members.proxy.password-file",
				Files.writeString(directory.resolve("password"), "password\n")::toString);
		registry.add("sentry.base-url", () -> "https://localhost" + local);
		registry.add("sentry.organizations.unbundled.base-url", () -> "https://localhost" + local);
		registry.add("sentry.organizations.misnamed.base-url", () -> "https://127.0.0.1" + local);
		registry.add("spring.ssl.bundle.pem.private-ca.truststore.certificate", certificate::toUri);
		makeKeyStore("other");
		registry.add("sentry.organizations.renewed.base-url", () -> "https://localhost" + local);
		registry.add("sentry.organizations.renewed.slug", () -> "acme");
		registry.add("sentry.organizations.renewed.token", () -> "token");
		registry.add("sentry.organizations.renewed.ssl-bundle", () -> "renewed");
		registry.add("spring.ssl.bundle.jks.renewed.truststore.location", () -> directory.resolve("other.p12").toUri());
		registry.add("spring.ssl.bundle.jks.renewed.truststore.password", () -> new String(PASSWORD));
		registry.add("spring.ssl.bundle.jks.renewed.truststore.type", () -> "PKCS12");
		registry.add("spring.ssl.bundle.pem.inbound.keystore.certificate", certificate::toUri);
		registry.add("spring.ssl.bundle.pem.inbound.keystore.private-key", key::toUri);
	}

	@AfterAll
	static void stop() throws IOException {
		proxy.close();
		sentry.stop(0);
	}

	@BeforeEach
	void reset() {
		requests.set(0);
	}

	@Test
	void createWhenCertificateIsInBundleReachesSentry() throws Exception {
		HttpResponse<String> response = create("/members");
		assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
		assertThat(requests).hasValue(1);
	}

	@Test
	void createWhenBundleIsReloadedTrustsTheNewCertificate() throws Exception {
		assertThat(create("/organizations/renewed/members").statusCode()).isEqualTo(503);
		this.bundles.updateBundle("renewed", this.bundles.getBundle("private-ca"));
		assertThat(create("/organizations/renewed/members").statusCode()).isEqualTo(201);
		assertThat(requests).hasValue(1);
		assertThat(
				this.meters.get("sentry.connections").tags("organization", "renewed", "state", "idle").gauge().value())
			.isEqualTo(1);
	}

	@Test
	void createWhenSentryIsBehindProxyUsesTlsInTheTunnel() throws Exception {
		HttpResponse<String> response = create("/organizations/proxied/members");
		assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
		assertThat(requests).hasValue(1);
		assertThat(proxy.heads()).isNotEmpty()
			.allSatisfy((head) -> assertThat(head).startsWith("CONNECT sentry.test:443 HTTP/1.1"));
	}

	@ParameterizedTest
	@CsvSource({ "unbundled, unable to find valid certification path", "misnamed, 127.0.0.1" })
	void createWhenCertificateIsNotTrustedIsNotApplied(String alias, String cause, CapturedOutput output)
			throws Exception {
		HttpResponse<String> response = create("/organizations/" + alias + "/members");
		assertThat(response.statusCode()).as(response.body()).isEqualTo(503);
		JsonNode problem = ApiClient.json(response);
		assertThat(problem.path("type").stringValue()).isEqualTo("/problems/sentry-unavailable");
		assertThat(problem.path("outcome").stringValue()).isEqualTo("not_applied");
		assertThat(response.body()).doesNotContain("certif", "127.0.0.1", "Exception");
		assertThat(output.getAll().lines().filter((line) -> line.contains("ProblemResponder"))).singleElement()
			.asString()
			.contains(cause);
		assertThat(requests).hasValue(0);
	}

	@Test
	void serviceWhenInboundBundleIsSetOnlyServesHttps() throws Exception {
		try (HttpClient trusting = client(trust()); HttpClient usual = HttpClient.newHttpClient()) {
			assertThat(send(trusting, "https", this.port, "/problems").statusCode()).isEqualTo(200);
			assertThatExceptionOfType(SSLHandshakeException.class)
				.isThrownBy(() -> send(usual, "https", this.port, "/problems"));
			HttpResponse<String> plain = send(usual, "http", this.port, "/problems");
			assertThat(plain.statusCode()).isEqualTo(400);
			assertThat(plain.body()).doesNotContain("Exception", "Tomcat", "dev.memberproxy");
			assertThat(send(usual, "http", this.managementPort, "/actuator/health/liveness").statusCode())
				.isEqualTo(200);
		}
	}

	private HttpResponse<String> create(String path) throws Exception {
		try (HttpClient client = client(trust())) {
			return client.send(HttpRequest.newBuilder(URI.create("https://localhost:" + this.port + path))
				.header("Content-Type", "application/json")
				.POST(BodyPublishers.ofString("{\"userName\":\"ada@example.com\"}"))
				.build(), BodyHandlers.ofString());
		}
	}

	private static HttpResponse<String> send(HttpClient client, String scheme, int port, String path)
			throws IOException, InterruptedException {
		return client.send(HttpRequest.newBuilder(URI.create(scheme + "://localhost:" + port + path)).build(),
				BodyHandlers.ofString());
	}

	private static HttpClient client(SSLContext context) {
		return HttpClient.newBuilder().sslContext(context).build();
	}

	private static SSLContext trust() throws GeneralSecurityException, IOException {
		KeyStore trusted = KeyStore.getInstance("PKCS12");
		trusted.load(null, null);
		trusted.setCertificateEntry("test", keyStore.getCertificate("test"));
		TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
		trust.init(trusted);
		SSLContext context = SSLContext.getInstance("TLS");
		context.init(null, trust.getTrustManagers(), null);
		return context;
	}

	private static HttpsServer startSentry() throws GeneralSecurityException, IOException {
		KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
		keys.init(keyStore, PASSWORD);
		SSLContext context = SSLContext.getInstance("TLS");
		context.init(keys.getKeyManagers(), null, null);
		HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		server.setHttpsConfigurator(new HttpsConfigurator(context));
		server.createContext("/", (exchange) -> {
			requests.incrementAndGet();
			exchange.getRequestBody().readAllBytes();
			byte[] body = SentryStubs.user("242", "ada@example.com", "member").getBytes(StandardCharsets.UTF_8);
			exchange.getResponseHeaders().set("Content-Type", "application/json");
			exchange.sendResponseHeaders(201, body.length);
			exchange.getResponseBody().write(body);
			exchange.close();
		});
		server.start();
		return server;
	}

	private static KeyStore makeKeyStore(String name) throws Exception {
		Path file = directory.resolve(name + ".p12");
		Process keytool = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
				"-genkeypair", "-alias", "test", "-keyalg", "EC", "-dname", "CN=localhost", "-ext",
				"san=dns:localhost,dns:sentry.test", "-storetype", "PKCS12", "-storepass", new String(PASSWORD),
				"-keystore", file.toString())
			.inheritIO()
			.start();
		assertThat(keytool.waitFor()).isZero();
		KeyStore made = KeyStore.getInstance("PKCS12");
		try (InputStream in = Files.newInputStream(file)) {
			made.load(in, PASSWORD);
		}
		return made;
	}

	private static Path pem(String label, byte[] der) throws IOException {
		return Files.writeString(directory.resolve(label.replace(' ', '-') + ".pem"),
				"-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(label,
						Base64.getMimeEncoder(64, new byte[] { '\n' }).encodeToString(der), label));
	}

}
