package dev.memberproxy.sentry;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import dev.memberproxy.RawServer;
import dev.memberproxy.core.EmailAddress;
import dev.memberproxy.organizations.Organization;
import dev.memberproxy.organizations.Organization.Pacing;
import dev.memberproxy.organizations.Organization.Timeouts;
import dev.memberproxy.organizations.Organizations;
import dev.memberproxy.organizations.OrganizationToken;
import dev.memberproxy.organizations.SecretToken;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.ssl.DefaultSslBundleRegistry;

import static org.assertj.core.api.Assertions.assertThat;

/** Where the JVM has a proxy, Sentry is called through it. */
class ProxyTests {

	private final ProxySelector usual = ProxySelector.getDefault();

	private final Queue<String> requestLines = new ConcurrentLinkedQueue<>();

	private final AttemptWatch watch = new AttemptWatch();

	private volatile int status = 502;

	private RawServer proxy;

	@BeforeEach
	void start() {
		this.proxy = RawServer.start((connection) -> {
			BufferedReader in = new BufferedReader(
					new InputStreamReader(connection.getInputStream(), StandardCharsets.US_ASCII));
			this.requestLines.add(in.readLine());
			while (!in.readLine().isEmpty()) {
				// The rest of the head.
			}
			connection.getOutputStream()
				.write("HTTP/1.1 %d No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".formatted(this.status)
					.getBytes(StandardCharsets.US_ASCII));
			connection.shutdownOutput();
			connection.getInputStream().transferTo(OutputStream.nullOutputStream());
		});
		ProxySelector.setDefault(always(this.proxy));
	}

	@AfterEach
	void stop() throws IOException {
		ProxySelector.setDefault(this.usual);
		this.watch.close();
		this.proxy.close();
	}

	/** RFC 9112 section 3.2.2. */
	@Test
	void createThroughProxyTellsItTheWholeAddress() throws Exception {
		assertThat(create("http://sentry.internal:9000")).isInstanceOf(Failure.class);
		assertThat(this.requestLines)
			.containsExactly("POST http://sentry.internal:9000/api/0/organizations/acme/scim/v2/Users HTTP/1.1");
	}

	/**
	 * RFC 9110 section 9.3.6. What a proxy answers to that is not Sentry's answer, which
	 * has not seen the request.
	 */
	@ParameterizedTest
	@ValueSource(ints = { 302, 400, 401, 403, 404, 407, 409, 429, 502, 503 })
	void createWhenProxyRefusesTunnelIsNotSent(int status) throws Exception {
		this.status = status;
		assertThat(create("https://sentry.internal")).isInstanceOf(Failure.NotSent.class);
		assertThat(this.requestLines).containsExactly("CONNECT sentry.internal:443 HTTP/1.1");
	}

	private Failure create(String baseUrl) throws Exception {
		Organization organization = new Organization("default", URI.create(baseUrl), "acme",
				OrganizationToken.of(SecretToken.of("token")),
				new Timeouts(Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofSeconds(10)),
				new Pacing(0, 0, Duration.ZERO), Duration.ZERO, null);
		SentryHttpClients clients = new SentryHttpClients(new Organizations(List.of(organization)),
				new DefaultSslBundleRegistry(), 1);
		try {
			Answer<Member> answer = new SentryGateway(clients, this.watch, new AnswerReader(InstantSource.system()))
				.create(organization, new NewMember(new EmailAddress("ada@example.com"), null, Map.of()),
						Duration.ofSeconds(10), new Unheard());
			return switch (answer) {
				case Answer.Success<Member>(Member member) -> throw new AssertionError(member);
				case Answer.Failed<Member>(Failure failure) -> failure;
			};
		}
		finally {
			clients.destroy();
		}
	}

	private static ProxySelector always(RawServer proxy) {
		return new ProxySelector() {

			@Override
			public List<Proxy> select(URI uri) {
				return List.of(new Proxy(Proxy.Type.HTTP,
						new InetSocketAddress(InetAddress.getLoopbackAddress(), proxy.uri("http").getPort())));
			}

			@Override
			public void connectFailed(URI uri, SocketAddress address, IOException ex) {
				throw new AssertionError(ex);
			}

		};
	}

	private static final class Unheard implements AttemptListener {

		@Override
		public void departing() {
			// Not what is tested here.
		}

		@Override
		public void answered(int status, RateLimits limits) {
			// Not what is tested here.
		}

	}

}
