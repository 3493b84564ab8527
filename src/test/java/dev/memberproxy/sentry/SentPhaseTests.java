package dev.memberproxy.sentry;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import dev.memberproxy.RawServer;
import dev.memberproxy.RawServer.Behavior;
import dev.memberproxy.core.EmailAddress;
import dev.memberproxy.organizations.Organization;
import dev.memberproxy.organizations.Organization.Pacing;
import dev.memberproxy.organizations.Organization.Timeouts;
import dev.memberproxy.organizations.OrganizationToken;
import dev.memberproxy.organizations.Organizations;
import dev.memberproxy.core.OutboundProxy;
import dev.memberproxy.organizations.SecretToken;
import dev.memberproxy.sentry.Failure.Ambiguous;
import dev.memberproxy.sentry.Failure.AmbiguousReason;
import dev.memberproxy.sentry.Failure.NotProcessed;
import dev.memberproxy.sentry.Failure.NotProcessedReason;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.StringNode;

import org.springframework.boot.ssl.DefaultSslBundleRegistry;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whether anything was sent depends on how far the attempt got, for every way in which a
 * connection fails.
 */
@Timeout(60)
class SentPhaseTests {

	private static final Duration READ = Duration.ofMillis(400);

	private static final Duration LIMIT = Duration.ofMillis(1500);

	private static final String CREATED = "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\n"
			+ "Content-Length: 10\r\n\r\n{\"id\":\"1\"}";

	private static final NewMember ADA = new NewMember(new EmailAddress("ada@example.com"), null, Map.of());

	/** More than the buffers of a connection take. */
	private static final NewMember LARGE = new NewMember(ADA.address(), null,
			Map.of("filler", StringNode.valueOf("x".repeat(8_000_000))));

	private final AtomicInteger sent = new AtomicInteger();

	/** Whether a request may be sent once there is a connection. */
	private final AtomicBoolean permitted = new AtomicBoolean(true);

	@ParameterizedTest
	@ValueSource(strings = { "http://127.0.0.1:1", "http://sentry.invalid" })
	void sendWhenNoConnectionCanBeMadeIsNotSent(URI uri) {
		assertNotSent(sendTo(uri, ADA));
	}

	/** Refused, answered with garbage, and never answered. */
	static Stream<Behavior> brokenHandshakes() {
		return Stream.of((_) -> {
		}, (connection) -> {
			write(connection, "SSH-2.0-OpenSSH_9.2\r\n");
			awaitEnd(connection);
		}, SentPhaseTests::awaitEnd);
	}

	@ParameterizedTest
	@MethodSource("brokenHandshakes")
	void sendWhenHandshakeFailsIsNotSentAndEndsInTime(Behavior behavior) throws Exception {
		long start = System.nanoTime();
		assertNotSent(send("https", ADA, behavior));
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(LIMIT.plus(READ));
	}

	@Test
	void sendWhenNoConnectionIsFreeInTimeIsNotSent() throws Exception {
		CountDownLatch over = new CountDownLatch(1);
		try (RawServer server = RawServer.start((_) -> over.await());
				Client client = client(server.uri("http"), Duration.ofSeconds(20), 1)) {
			Thread first = Thread.startVirtualThread(() -> client.send(ADA, Duration.ofSeconds(20)));
			while (this.sent.get() == 0) {
				Thread.onSpinWait();
			}
			assertThat(reason(client.send(ADA, READ))).isEqualTo(NotProcessedReason.NOT_SENT);
			over.countDown();
			first.join();
		}
		assertThat(this.sent).hasValue(1);
	}

	/** As after a pause of the process, when its right to send has gone to a replica. */
	@Test
	void sendWhenItIsNoLongerPermittedIsNotSentAndNoFailureOfSentry() throws Exception {
		this.permitted.set(false);
		SentryResult<?> result = send("http", ADA, SentPhaseTests::readRequest);
		assertNotSent(result);
		assertThat(result.isCutShort()).isTrue();
		this.permitted.set(true);
		assertThat(send("http", ADA, (connection) -> {
			readRequest(connection);
			write(connection, CREATED);
		})).isInstanceOf(SentryResult.Success.class);
	}

	/**
	 * RFC 9110 section 9.3.6: the response of a proxy to CONNECT is not Sentry's, which
	 * has not seen the request.
	 */
	@ParameterizedTest
	@ValueSource(ints = { 302, 403, 407, 409, 429, 503 })
	void sendWhenProxyRefusesTheTunnelIsNotSent(int status) throws Exception {
		SentryResult<?> result = sendThroughProxy("https://sentry.internal", status,
				"CONNECT sentry.internal:443 HTTP/1.1");
		assertNotSent(result);
		assertThat(failure(result).diagnosis()).contains("proxy", String.valueOf(status));
	}

	/** RFC 9112 section 3.2.2. */
	@Test
	void sendThroughProxyWithoutTunnelIsSent() throws Exception {
		assertThat(reason(sendThroughProxy("http://sentry.internal:9000", 502,
				"POST http://sentry.internal:9000/api/0/organizations/acme/scim/v2/Users HTTP/1.1")))
			.isEqualTo(AmbiguousReason.UNCLEAR);
		assertThat(this.sent).hasValue(1);
	}

	@Test
	void sendWhenResetBeforeTheRequestIsReadIsAmbiguous() throws Exception {
		assertUnclear(send("http", ADA, (_) -> {
			while (this.sent.get() == 0) {
				Thread.onSpinWait();
			}
		}));
	}

	@Test
	void sendWhenResetAmidTheRequestIsAmbiguous() throws Exception {
		assertUnclear(send("http", LARGE,
				(connection) -> assertThat(connection.getInputStream().readNBytes(30)).hasSize(30)));
	}

	@ParameterizedTest
	@ValueSource(strings = { "HTTP/1.1 201 Created\r\nada@example.com has sntrys_123\r\n\r\n",
			"HTTP/1.1 201 Created\r\nContent-Length: ada@example.com\r\n\r\n",
			"HTTP/1.1 201 Created\r\nTransfer-Encoding: ada@example.com\r\n\r\n" })
	void sendWhenResponseIsMalformedShowsNothingOfIt(String response) throws Exception {
		SentryResult<?> result = respond(response);
		assertUnclear(result);
		assertThat(failure(result).diagnosis()).contains("Exception").doesNotContain("ada", "sntrys", "html");
	}

	@Test
	void sendWhenRequestIsNotReadTimesOut() throws Exception {
		CountDownLatch over = new CountDownLatch(1);
		try (RawServer server = RawServer.start((_) -> over.await())) {
			assertTimedOut(sendTo(server.uri("http"), LARGE));
			over.countDown();
		}
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "", "HTTP/1.1 201 Created\r\nX-Slow: ", "HTTP/1.1 201 Created\r\nContent-Length: 100\r\n\r\n" })
	void sendWhenResponseNeverEndsTimesOut(String begin) throws Exception {
		assertTimedOut(send("http", ADA, (connection) -> {
			readRequest(connection);
			write(connection, begin);
			// A slow peer: byte by byte, which no socket timeout ends.
			for (int i = 0; i < 60; i++) {
				Thread.sleep(30);
				write(connection, begin.isEmpty() ? "" : " ");
			}
		}));
	}

	/** The organization may have another token by now. */
	@Test
	void sendUsesOneConnectionAndTheGivenToken() throws Exception {
		Queue<String> heads = new ConcurrentLinkedQueue<>();
		AtomicInteger connections = new AtomicInteger();
		try (RawServer server = RawServer.start((connection) -> {
			connections.incrementAndGet();
			while (true) {
				heads.add(readRequest(connection));
				write(connection, CREATED);
			}
		}); Client client = client(server.uri("http"), READ, 10)) {
			for (int i = 0; i < 3; i++) {
				assertThat(client.send(ADA, LIMIT)).isInstanceOf(SentryResult.Success.class);
			}
		}
		assertThat(connections).hasValue(1);
		assertThat(heads).hasSize(3).allSatisfy((head) -> assertThat(head).contains("Authorization: Bearer given\r\n"));
	}

	private SentryResult<?> respond(String response) throws Exception {
		return send("http", ADA, (connection) -> {
			readRequest(connection);
			write(connection, response);
			connection.shutdownOutput();
			awaitEnd(connection);
		});
	}

	private SentryResult<?> send(String scheme, NewMember member, Behavior behavior) throws Exception {
		try (RawServer server = RawServer.start(behavior)) {
			return sendTo(server.uri(scheme), member);
		}
	}

	private SentryResult<?> sendThroughProxy(String uri, int status, String expectedRequestLine) throws Exception {
		ProxySelector original = ProxySelector.getDefault();
		Queue<String> heads = new ConcurrentLinkedQueue<>();
		try (RawServer proxy = RawServer.start((connection) -> {
			heads.add(readHead(connection));
			write(connection, "HTTP/1.1 " + status + " No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
			connection.shutdownOutput();
			awaitEnd(connection);
		})) {
			ProxySelector.setDefault(ProxySelector
				.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), proxy.uri("http").getPort())));
			SentryResult<?> result = sendTo(URI.create(uri), ADA);
			assertThat(heads).singleElement().asString().startsWith(expectedRequestLine + "\r\n");
			return result;
		}
		finally {
			ProxySelector.setDefault(original);
		}
	}

	private SentryResult<?> sendTo(URI uri, NewMember member) {
		try (Client client = client(uri, READ, 10)) {
			return client.send(member, LIMIT);
		}
	}

	private Client client(URI uri, Duration read, int maxConnections) {
		Organization organization = new Organization("default", uri, "acme",
				OrganizationToken.of(SecretToken.of("current")),
				new Timeouts(Duration.ofMillis(300), read, Duration.ofSeconds(20)), new Pacing(0, 0, Duration.ZERO),
				Duration.ZERO, null);
		SentryHttpClients clients = new SentryHttpClients(new Organizations(List.of(organization)),
				new DefaultSslBundleRegistry(), OutboundProxy.ofJvm(), maxConnections, new SimpleMeterRegistry());
		return new Client(organization, clients, new SentryGateway(clients), this.sent, this.permitted);
	}

	private void assertNotSent(SentryResult<?> result) {
		assertThat(reason(result)).isEqualTo(NotProcessedReason.NOT_SENT);
		assertThat(this.sent).hasValue(0);
	}

	private void assertUnclear(SentryResult<?> result) {
		assertThat(reason(result)).isEqualTo(AmbiguousReason.UNCLEAR);
		assertThat(this.sent).hasValue(1);
	}

	private void assertTimedOut(SentryResult<?> result) {
		assertThat(reason(result)).isEqualTo(AmbiguousReason.TIMED_OUT);
		assertThat(result.isCutShort()).isFalse();
		assertThat(this.sent).hasValue(1);
	}

	private static Object reason(SentryResult<?> result) {
		return switch (failure(result)) {
			case Failure.Refusal refusal -> refusal.reason();
			case NotProcessed notProcessed -> notProcessed.reason();
			case Ambiguous ambiguous -> ambiguous.reason();
		};
	}

	private static Failure failure(SentryResult<?> result) {
		return ((SentryResult.Failed<?>) result).failure();
	}

	private static String readRequest(Socket connection) throws IOException {
		String head = readHead(connection);
		String length = head.substring(head.indexOf("Content-Length: ") + 16);
		connection.getInputStream().readNBytes(Integer.parseInt(length.substring(0, length.indexOf("\r"))));
		return head;
	}

	private static String readHead(Socket connection) throws IOException {
		InputStream in = connection.getInputStream();
		StringBuilder head = new StringBuilder();
		while (head.indexOf("\r\n\r\n") < 0) {
			int next = in.read();
			if (next < 0) {
				throw new EOFException();
			}
			head.append((char) next);
		}
		return head.toString();
	}

	private static void write(Socket connection, String text) throws IOException {
		connection.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
	}

	/** Waits until the other side closes the connection. */
	private static void awaitEnd(Socket connection) throws IOException {
		connection.getInputStream().transferTo(OutputStream.nullOutputStream());
	}

	private record Client(Organization organization, SentryHttpClients clients, SentryGateway gateway,
			AtomicInteger sent, AtomicBoolean permitted) implements AutoCloseable, AttemptListener {

		SentryResult<Member> send(NewMember member, Duration limit) {
			return this.gateway.send(this.organization, SecretToken.of("given"), SentryRequest.create(member), limit,
					this);
		}

		@Override
		public boolean sending() {
			if (this.permitted.get()) {
				this.sent.incrementAndGet();
			}
			return this.permitted.get();
		}

		@Override
		public void received(int status, RateLimits limits) {
			assertThat(this.sent).hasPositiveValue();
		}

		@Override
		public void close() {
			this.gateway.close();
			this.clients.destroy();
		}

	}

}
