package dev.memberproxy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.sun.net.httpserver.HttpServer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.context.TestPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/** An identity provider behind the outbound proxy. */
@WireTests
@TestPropertySource(properties = { "members.access=clients", "members.clients.app.roles=member",
		"members.jwt.issuer=http://id.test", "members.jwt.allow-http=true", "members.jwt.audience=here",
		"members.proxy.username=proxy-user" })
class IdentityProviderBehindProxyTests {

	private static final ConnectProxy proxy = new ConnectProxy("password");

	@TempDir
	private static Path directory;

	private static HttpServer identityProvider;

	@LocalManagementPort
	int managementPort;

	@DynamicPropertySource
	static void prepare(DynamicPropertyRegistry registry) throws IOException, JOSEException {
		String keys = new JWKSet(new RSAKeyGenerator(2048).keyID("one").generate()).toString(true);
		Map<String, String> documents = Map.of("/.well-known/openid-configuration",
				"{\"issuer\":\"http://id.test\",\"jwks_uri\":\"http://id.test/keys\"}", "/keys", keys);
		identityProvider = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		identityProvider.createContext("/", (exchange) -> {
			byte[] body = documents.get(exchange.getRequestURI().getPath()).getBytes(StandardCharsets.UTF_8);
			exchange.sendResponseHeaders(200, body.length);
			exchange.getResponseBody().write(body);
			exchange.close();
		});
		identityProvider.start();
		proxy.leadTo(identityProvider.getAddress().getPort());
		registry.add("members.proxy.url", proxy::uri);
		registry.add("members.proxy.password-file",
				Files.writeString(directory.resolve("password"), "password\n")::toString);
	}

	@AfterAll
	static void stop() throws IOException {
		proxy.close();
		identityProvider.stop(0);
	}

	@Test
	void keysAreFetchedThroughTheProxy() {
		Awaitility.await().untilAsserted(() -> {
			JsonNode health = ApiClient.json(ApiClient.get(this.managementPort, "/actuator/health"))
				.at("/components/identityProvider");
			assertThat(health.path("status").stringValue()).as(health.toString()).isEqualTo("UP");
			assertThat(health.at("/details/keys").intValue()).isOne();
		});
		assertThat(proxy.heads()).anySatisfy((head) -> assertThat(head).startsWith("CONNECT id.test:80 HTTP/1.1"));
	}

}
