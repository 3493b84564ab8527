package dev.memberproxy;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.WireMock;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.wiremock.spring.InjectWireMock;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.context.TestPropertySource;

import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static org.assertj.core.api.Assertions.assertThat;

/** Sentry behind a proxy that requires a user and a password. */
@WireTests
@TestPropertySource(properties = { "sentry.preflight-interval=0", "sentry.allow-http=true", "sentry.deadline=1500ms",
		"members.proxy.username=proxy-user", "members.proxy.bypass=direct.test,*.below.test",
		"sentry.organizations.tunnel.slug=acme", "sentry.organizations.tunnel.token=" + WireTests.TOKEN,
		"sentry.organizations.tunnel.base-url=http://sentry.test", "sentry.organizations.secure.slug=acme",
		"sentry.organizations.secure.token=" + WireTests.TOKEN,
		"sentry.organizations.secure.base-url=https://secure.test:8443", "sentry.organizations.direct.slug=acme",
		"sentry.organizations.direct.token=" + WireTests.TOKEN,
		"sentry.organizations.direct.base-url=http://direct.test", "sentry.organizations.below.slug=acme",
		"sentry.organizations.below.token=" + WireTests.TOKEN,
		"sentry.organizations.below.base-url=http://sentry.below.test" })
@ExtendWith(OutputCaptureExtension.class)
class OutboundProxyWireTests {

	private static final String PASSWORD = "prixy-pässword";

	private static final ConnectProxy proxy = new ConnectProxy(PASSWORD);

	@TempDir
	private static Path directory;

	@InjectWireMock
	WireMockServer sentry;

	@LocalServerPort
	int port;

	@DynamicPropertySource
	static void prepare(DynamicPropertyRegistry registry) throws IOException {
		write(PASSWORD);
		registry.add("members.proxy.url", proxy::uri);
		registry.add("members.proxy.password-file", directory.resolve("password")::toString);
	}

	/** Prevents reuse of tunnels, which stay open after the password changes. */
	@BeforeEach
	void reset() {
		proxy.leadTo(this.sentry.port());
		proxy.heads().clear();
		this.sentry.resetAll();
		this.sentry.stubFor(WireMock.any(anyUrl())
			.willReturn(WireMock.aResponse().withStatus(404).withHeader("Connection", "close")));
		this.sentry.stubFor(
				post(anyUrl()).willReturn(SentryStubs.json(201, SentryStubs.user("242", "ada@example.com", "member"))
					.withHeader("Connection", "close")));
	}

	@AfterEach
	void restore() throws IOException {
		proxy.changePassword(PASSWORD);
		write(PASSWORD);
	}

	@AfterAll
	static void stop() throws IOException {
		proxy.close();
	}

	@Test
	void createWhenProxyRequiresPasswordUsesTunnel() {
		HttpResponse<String> response = create("tunnel");
		assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
		assertThat(proxy.heads()).allSatisfy((head) -> assertThat(head).startsWith("CONNECT sentry.test:80 HTTP/1.1")
			.doesNotContain(WireTests.TOKEN));
		assertThat(this.sentry.findAll(WireMock.anyRequestedFor(anyUrl()))).singleElement()
			.satisfies((LoggedRequest request) -> {
				assertThat(request.getHeaders().keys()).doesNotContain("Proxy-Authorization");
				assertThat(request.getHeader("Authorization")).isEqualTo("Bearer " + WireTests.TOKEN);
				assertThat(request.getUrl()).isEqualTo(WireTests.USERS);
			});
	}

	/** The server at the end of the tunnel does not support TLS. */
	@Test
	void createWhenHandshakeInTunnelFailsIsNotApplied() {
		assertNotApplied(create("secure"));
		assertThat(proxy.heads()).isNotEmpty()
			.allSatisfy((head) -> assertThat(head).startsWith("CONNECT secure.test:8443 HTTP/1.1"));
		assertThat(this.sentry.findAll(WireMock.anyRequestedFor(anyUrl()))).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(ints = { 401, 407 })
	void createWhenSentryRequestsCredentialsSendsNone(int status) {
		this.sentry.stubFor(post(anyUrl()).willReturn(WireMock.aResponse()
			.withStatus(status)
			.withHeader("Connection", "close")
			.withHeader("WWW-Authenticate", "Basic realm=\"x\"")
			.withHeader("Proxy-Authenticate", "Basic realm=\"corporate\"")));
		create("tunnel");
		assertThat(this.sentry.findAll(WireMock.postRequestedFor(anyUrl()))).singleElement()
			.satisfies((LoggedRequest request) -> assertThat(request.getHeaders().keys())
				.doesNotContain("Proxy-Authorization"));
	}

	@Test
	void createWhenPasswordIsWrongIsNotAppliedAndLogged(CapturedOutput output) {
		proxy.changePassword("another");
		assertNotApplied(create("tunnel"));
		assertThat(this.sentry.findAll(WireMock.anyRequestedFor(anyUrl()))).isEmpty();
		assertThat(output.getAll().lines().filter((line) -> line.contains("ProblemResponder"))).singleElement()
			.asString()
			.contains("The proxy " + proxy.uri().getAuthority() + " (members.proxy.url) rejected the tunnel with"
					+ " status 407. Check members.proxy.username and the content of members.proxy.password-file.")
			.doesNotContain("proxy-user", PASSWORD);
	}

	@Test
	void createWhenPasswordIsReplacedReachesSentryWithoutARestart() throws IOException {
		proxy.changePassword("rotated");
		write("rotated\r\n");
		HttpResponse<String> response = create("tunnel");
		assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
		assertThat(proxy.heads()).hasSize(2);
	}

	@Test
	void createWhenTargetIsLoopbackConnectsDirectly() {
		assertThat(ApiClient.post(this.port, "/members", "{\"userName\":\"ada@example.com\"}").statusCode())
			.isEqualTo(201);
		assertThat(proxy.heads()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "direct", "below" })
	void createWhenTargetIsBypassedResolvesItsName(String alias, CapturedOutput output) {
		assertNotApplied(create(alias));
		assertThat(proxy.heads()).isEmpty();
		assertThat(output.getAll()).contains("UnknownHostException");
	}

	private HttpResponse<String> create(String alias) {
		return ApiClient.post(this.port, "/organizations/" + alias + "/members", "{\"userName\":\"ada@example.com\"}");
	}

	private static void assertNotApplied(HttpResponse<String> response) {
		assertThat(response.statusCode()).as(response.body()).isEqualTo(503);
		JsonNode problem = ApiClient.json(response);
		assertThat(problem.path("type").stringValue()).isEqualTo("/problems/sentry-unavailable");
		assertThat(problem.path("outcome").stringValue()).isEqualTo("not_applied");
		assertThat(response.body()).doesNotContain("proxy");
	}

	private static void write(String password) throws IOException {
		Files.writeString(directory.resolve("password"), password + "\r\n");
	}

}
