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
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import dev.memberproxy.RawServer;
import dev.memberproxy.RawServer.Behavior;
import dev.memberproxy.core.EmailAddress;
import dev.memberproxy.organizations.Organization;
import dev.memberproxy.organizations.Organization.Pacing;
import dev.memberproxy.organizations.Organization.Timeouts;
import dev.memberproxy.organizations.Organizations;
import dev.memberproxy.organizations.OrganizationToken;
import dev.memberproxy.organizations.OutboundProxy;
import dev.memberproxy.organizations.SecretToken;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.StringNode;

import org.springframework.boot.ssl.DefaultSslBundleRegistry;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whether anything was sent is a matter of how far an attempt came, for every way in
 * which connections fail.
 */
class SentPhaseTests {

	private static final Duration CONNECT = Duration.ofMillis(300);

	private static final Duration READ = Duration.ofMillis(400);

	private static final Duration LIMIT = Duration.ofMillis(1500);

	private static final String CREATED = "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\n"
			+ "Content-Length: 10\r\n\r\n{\"id\":\"1\"}";

	private final AttemptWatch watch = new AttemptWatch();

	private final AtomicInteger departures = new AtomicInteger();

	private final CountDownLatch over = new CountDownLatch(1);

	@AfterEach
	void stop() {
		this.over.countDown();
		this.watch.close();
	}

	@Test
	void createWhenNothingListensIsNotSent() throws Exception {
		assertThat(createAt(URI.create("http://127.0.0.1:1"))).isInstanceOf(Failure.NotSent.class);
		assertThat(this.departures).hasValue(0);
	}

	@Test
	void createWhenNameIsUnknownIsNotSent() throws Exception {
		assertThat(createAt(URI.create("http://sentry.invalid"))).isInstanceOf(Failure.NotSent.class);
		assertThat(this.departures).hasValue(0);
	}

	@Test
	void createWhenHandshakeIsRefusedIsNotSent() throws Exception {
		assertThat(create("https", (_) -> {
		})).isInstanceOf(Failure.NotSent.class);
		assertThat(this.departures).hasValue(0);
	}

	@Test
	void createWhenHandshakeIsGarbageIsNotSent() throws Exception {
		assertThat(create("https", (connection) -> {
			connection.getInputStream().read();
			connection.getOutputStream().write("SSH-2.0-OpenSSH_9.2\r\n".getBytes(StandardCharsets.US_ASCII));
			this.over.await();
		})).isInstanceOf(Failure.NotSent.class);
		assertThat(this.departures).hasValue(0);
	}

	@Test
	void createWhenHandshakeIsNeverAnsweredIsNotSentAndEndsInTime() throws Exception {
		long start = System.nanoTime();
		assertThat(create("https", (_) -> this.over.await())).isInstanceOf(Failure.NotSent.class);
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(LIMIT.plus(READ));
		assertThat(this.departures).hasValue(0);
	}

	@Test
	void createWhenNoConnectionIsFreeInTimeIsNotSent() throws Exception {
		try (RawServer server = RawServer.start((_) -> this.over.await())) {
			Organization organization = organization(server.uri("http"), Duration.ofSeconds(10));
			SentryHttpClients clients = clients(organization, 1);
			SentryGateway gateway = gateway(clients);
			CountDownLatch departed = new CountDownLatch(1);
			Thread first = Thread.startVirtualThread(() -> gateway.create(organization, organization.token().current(),
					member(Map.of()), Duration.ofSeconds(10), listener(departed)));
			departed.await();
			Answer<Member> second = gateway.create(organization, organization.token().current(), member(Map.of()), READ,
					listener(new CountDownLatch(1)));
			assertThat(outcome(second)).isInstanceOf(Failure.NotSent.class);
			assertThat(this.departures).hasValue(1);
			this.over.countDown();
			first.join();
			clients.destroy();
		}
	}

	/**
	 * RFC 9110 section 9.3.6. What a proxy answers to that is not Sentry's answer, which
	 * has not seen the request.
	 */
	@ParameterizedTest
	@ValueSource(ints = { 302, 400, 401, 403, 404, 407, 409, 429, 502, 503 })
	void createWhenProxyRefusesTunnelIsNotSent(int status) throws Exception {
		assertThat(createThroughProxy("https://sentry.internal", status, "CONNECT sentry.internal:443 HTTP/1.1"))
			.isInstanceOfSatisfying(Failure.NotSent.class,
					(failure) -> assertThat(failure.diagnosis()).contains("proxy", String.valueOf(status)));
		assertThat(this.departures).hasValue(0);
	}

	/** RFC 9112 section 3.2.2. */
	@Test
	void createThroughProxyWithoutTunnelTellsItTheWholeAddress() throws Exception {
		assertThat(createThroughProxy("http://sentry.internal:9000", 502,
				"POST http://sentry.internal:9000/api/0/organizations/acme/scim/v2/Users HTTP/1.1"))
			.isInstanceOf(Failure.Unclear.class);
		assertThat(this.departures).hasValue(1);
	}

	@Test
	void createWhenConnectionIsResetBeforeRequestIsReadIsAmbiguous() throws Exception {
		assertThat(create("http", (_) -> {
			while (this.departures.get() == 0) {
				Thread.onSpinWait();
			}
		})).isInstanceOf(Failure.Unclear.class);
		assertThat(this.departures).hasValue(1);
	}

	@Test
	void createWhenConnectionIsResetAmidRequestIsAmbiguous() throws Exception {
		assertThat(create("http", (connection) -> assertThat(connection.getInputStream().readNBytes(30)).hasSize(30),
				Map.of("filler", StringNode.valueOf("x".repeat(8_000_000)))))
			.isInstanceOf(Failure.Unclear.class);
		assertThat(this.departures).hasValue(1);
	}

	@Test
	void createWhenConnectionIsResetAfterRequestIsAmbiguous() throws Exception {
		assertThat(create("http", SentPhaseTests::readRequest)).isInstanceOf(Failure.Unclear.class);
		assertThat(this.departures).hasValue(1);
	}

	@ParameterizedTest
	@ValueSource(strings = { "HTTP/1.1 201 Created\r\nada@example.com has sntrys_123\r\n\r\n",
			"HTTP/1.1 201 Created\r\nContent-Length: ada@example.com\r\n\r\n",
			"HTTP/1.1 201 Created\r\nTransfer-Encoding: ada@example.com\r\n\r\n" })
	void createWhenAnswerIsNoHttpShowsNothingOfIt(String answer) throws Exception {
		assertThat(create("http", (connection) -> {
			readRequest(connection);
			connection.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
			connection.getInputStream().read();
		})).isInstanceOfSatisfying(Failure.Unclear.class,
				(failure) -> assertThat(failure.diagnosis()).contains("Exception")
					.doesNotContain("ada", "sntrys", "html"));
	}

	@Test
	void createWhenNoAnswerComesTimesOut() throws Exception {
		assertThat(create("http", (connection) -> {
			readRequest(connection);
			this.over.await();
		})).isInstanceOf(Failure.TimedOut.class);
	}

	@Test
	void createWhenRequestIsNotTakenTimesOut() throws Exception {
		assertThat(
				create("http", (_) -> this.over.await(), Map.of("filler", StringNode.valueOf("x".repeat(8_000_000)))))
			.isInstanceOf(Failure.TimedOut.class);
	}

	@Test
	void createWhenHeadDripsInTimesOut() throws Exception {
		assertThat(create("http", (connection) -> {
			readRequest(connection);
			drip(connection, CREATED);
		})).isInstanceOf(Failure.TimedOut.class);
	}

	@Test
	void createWhenBodyDripsInTimesOut() throws Exception {
		assertThat(create("http", (connection) -> {
			readRequest(connection);
			connection.getOutputStream()
				.write("HTTP/1.1 201 Created\r\nContent-Length: 100\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
			drip(connection, "{\"id\":\"1\"}" + " ".repeat(90));
		})).isInstanceOf(Failure.TimedOut.class);
	}

	@Test
	void createWhenAnswerIsCutIsAmbiguous() throws Exception {
		assertThat(create("http", (connection) -> {
			readRequest(connection);
			connection.getOutputStream()
				.write(CREATED.substring(0, CREATED.length() - 3).getBytes(StandardCharsets.US_ASCII));
			connection.shutdownOutput();
			connection.getInputStream().read();
		})).isInstanceOf(Failure.Unclear.class);
	}

	@Test
	void createWhenAnswerIsWholeIsCreated() throws Exception {
		assertThat(create("http", (connection) -> {
			readRequest(connection);
			connection.getOutputStream().write(CREATED.getBytes(StandardCharsets.US_ASCII));
			connection.getInputStream().read();
		})).isInstanceOf(Member.class);
	}

	/** Another token may be read at any moment; the one that is sent must be known. */
	@Test
	void createSendsTheTokenItWasGiven() throws Exception {
		Queue<String> heads = new ConcurrentLinkedQueue<>();
		try (RawServer server = RawServer.start((connection) -> {
			heads.add(readHead(connection));
			connection.getOutputStream().write(CREATED.getBytes(StandardCharsets.US_ASCII));
			connection.getInputStream().read();
		})) {
			Organization organization = organization(server.uri("http"), READ);
			SentryHttpClients clients = clients(organization, 10);
			gateway(clients).create(organization, SecretToken.of("given"), member(Map.of()), LIMIT,
					listener(new CountDownLatch(1)));
			clients.destroy();
		}
		assertThat(heads).singleElement().asString().contains("Authorization: Bearer given\r\n");
	}

	/** A connection for each request would cost more than all the rest. */
	@Test
	void createAfterWholeAnswerUsesTheSameConnection() throws Exception {
		AtomicInteger connections = new AtomicInteger();
		try (RawServer server = RawServer.start((connection) -> {
			connections.incrementAndGet();
			while (true) {
				readRequest(connection);
				connection.getOutputStream().write(CREATED.getBytes(StandardCharsets.US_ASCII));
			}
		})) {
			Organization organization = organization(server.uri("http"), READ);
			SentryHttpClients clients = clients(organization, 10);
			for (int i = 0; i < 3; i++) {
				assertThat(outcome(gateway(clients).create(organization, organization.token().current(),
						member(Map.of()), LIMIT, listener(new CountDownLatch(1)))))
					.isInstanceOf(Member.class);
			}
			clients.destroy();
		}
		assertThat(connections).hasValue(1);
	}

	private Object create(String scheme, Behavior behavior) throws Exception {
		return create(scheme, behavior, Map.of());
	}

	private Object create(String scheme, Behavior behavior, Map<String, JsonNode> attributes) throws Exception {
		try (RawServer server = RawServer.start(behavior)) {
			return createAt(server.uri(scheme), attributes);
		}
	}

	private Object createThroughProxy(String uri, int status, String expectedRequestLine) throws Exception {
		ProxySelector usual = ProxySelector.getDefault();
		Queue<String> requestLines = new ConcurrentLinkedQueue<>();
		try (RawServer proxy = RawServer.start((connection) -> {
			requestLines.add(readHead(connection).lines().findFirst().orElseThrow());
			connection.getOutputStream()
				.write("HTTP/1.1 %d No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".formatted(status)
					.getBytes(StandardCharsets.US_ASCII));
			connection.shutdownOutput();
			connection.getInputStream().transferTo(OutputStream.nullOutputStream());
		})) {
			ProxySelector.setDefault(ProxySelector
				.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), proxy.uri("http").getPort())));
			Object outcome = createAt(URI.create(uri));
			assertThat(requestLines).containsExactly(expectedRequestLine);
			return outcome;
		}
		finally {
			ProxySelector.setDefault(usual);
		}
	}

	private Object createAt(URI uri) throws Exception {
		return createAt(uri, Map.of());
	}

	private Object createAt(URI uri, Map<String, JsonNode> attributes) throws Exception {
		Organization organization = organization(uri, READ);
		SentryHttpClients clients = clients(organization, 10);
		try {
			return outcome(gateway(clients).create(organization, organization.token().current(), member(attributes),
					LIMIT, listener(new CountDownLatch(1))));
		}
		finally {
			clients.destroy();
		}
	}

	private static Object outcome(Answer<Member> answer) {
		return switch (answer) {
			case Answer.Success<Member>(Member member) -> member;
			case Answer.Failed<Member>(Failure failure) -> failure;
		};
	}

	private SentryGateway gateway(SentryHttpClients clients) {
		return new SentryGateway(clients, this.watch, new AnswerReader(InstantSource.system()));
	}

	private static SentryHttpClients clients(Organization organization, int maxConnections) {
		return new SentryHttpClients(new Organizations(List.of(organization)), new DefaultSslBundleRegistry(),
				OutboundProxy.ofJvm(), maxConnections, new SimpleMeterRegistry());
	}

	private AttemptListener listener(CountDownLatch departed) {
		return new AttemptListener() {

			@Override
			public void departing() {
				SentPhaseTests.this.departures.incrementAndGet();
				departed.countDown();
			}

			@Override
			public void answered(int status, RateLimits limits) {
				assertThat(SentPhaseTests.this.departures).hasPositiveValue();
			}

		};
	}

	private static Organization organization(URI uri, Duration read) {
		return new Organization("default", uri, "acme", OrganizationToken.of(SecretToken.of("token")),
				new Timeouts(CONNECT, read, Duration.ofSeconds(10)), new Pacing(0, 0, Duration.ZERO), Duration.ZERO,
				null);
	}

	private static NewMember member(Map<String, JsonNode> attributes) {
		return new NewMember(new EmailAddress("ada@example.com"), null, attributes);
	}

	private static void readRequest(Socket connection) throws IOException {
		String head = readHead(connection);
		String length = head.substring(head.indexOf("Content-Length: ") + 16);
		connection.getInputStream().readNBytes(Integer.parseInt(length.substring(0, length.indexOf("\r"))));
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

	private void drip(Socket connection, String text) throws IOException, InterruptedException {
		OutputStream out = connection.getOutputStream();
		for (byte b : text.getBytes(StandardCharsets.US_ASCII)) {
			out.write(b);
			out.flush();
			if (this.over.await(30, TimeUnit.MILLISECONDS)) {
				return;
			}
		}
	}

}
