package dev.memberproxy.fakesentry;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import tools.jackson.databind.json.JsonMapper;

/**
 * A Sentry with one organization in memory, reachable from this machine only. Answers the
 * SCIM resource of the members as Sentry does, oddities included; {@link MagicAddress}
 * brings about what Sentry does rarely.
 */
final class FakeSentry implements AutoCloseable {

	private static final String LOOPBACK = "127.0.0.1";

	private static final Duration PEACE = Duration.ofSeconds(2);

	private final HttpServer server;

	private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();

	private final JsonMapper mapper = JsonMapper.builder().build();

	private final FakeRouter router;

	private final InstantSource clock;

	private FakeSentry(HttpServer server, String token, String slug, Duration slowness, InstantSource clock) {
		FakeOrganization organization = new FakeOrganization();
		this.server = server;
		this.clock = clock;
		this.router = new FakeRouter(slug, new FakeCredentials(token), organization,
				new UsersEndpoint(organization, this.mapper, slowness), this.mapper);
	}

	/**
	 * Starts a fake Sentry at a free port.
	 * @param token the token that is accepted
	 * @param slug the slug of the organization
	 * @param slowness how long {@link MagicAddress#SLOW} takes
	 * @param clock says when the rate limit ends
	 * @return a running Sentry
	 */
	static FakeSentry start(String token, String slug, Duration slowness, InstantSource clock) {
		try {
			HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral(LOOPBACK), 0), 0);
			FakeSentry sentry = new FakeSentry(server, token, slug, slowness, clock);
			server.createContext("/", sentry::handle);
			server.setExecutor(sentry.executor);
			server.start();
			return sentry;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Where this Sentry is.
	 * @return a URL without a path
	 */
	URI baseUrl() {
		return URI.create("http://" + LOOPBACK + ":" + this.server.getAddress().getPort());
	}

	@Override
	public void close() {
		this.server.stop(0);
		// Not close(): that one waits for the slow answers.
		this.executor.shutdownNow();
	}

	private void handle(HttpExchange exchange) throws IOException {
		Headers headers = exchange.getRequestHeaders();
		URI uri = exchange.getRequestURI();
		byte[] body = exchange.getRequestBody().readAllBytes();
		try {
			send(this.router.route(new FakeRouter.Request(exchange.getRequestMethod(), uri.getRawPath(),
					uri.getRawQuery(), headers.getFirst("Authorization"), headers.getFirst("Content-Type"), body)),
					exchange);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			exchange.close();
		}
	}

	private void send(FakeReply reply, HttpExchange exchange) throws IOException {
		if (reply.equals(FakeReply.NONE)) {
			exchange.close();
			return;
		}
		if (reply.status() != 502) {
			// A 502 comes from the web server in front, which knows nothing of limits.
			addRateLimit(exchange.getResponseHeaders(), reply.status() == 429);
		}
		reply.headers().forEach(exchange.getResponseHeaders()::set);
		byte[] body = (reply.body() instanceof String text) ? text.getBytes(StandardCharsets.UTF_8)
				: this.mapper.writeValueAsBytes(reply.body());
		if (body.length == 0 || exchange.getRequestMethod().equals("HEAD")) {
			exchange.sendResponseHeaders(reply.status(), -1);
			return;
		}
		exchange.sendResponseHeaders(reply.status(), body.length);
		exchange.getResponseBody().write(body);
		exchange.getResponseBody().close();
	}

	private void addRateLimit(Headers headers, boolean exceeded) {
		long reset = this.clock.instant().plus(exceeded ? PEACE : Duration.ofSeconds(1)).getEpochSecond();
		headers.set("X-Sentry-Rate-Limit-Limit", "40");
		headers.set("X-Sentry-Rate-Limit-Remaining", exceeded ? "0" : "39");
		headers.set("X-Sentry-Rate-Limit-Reset", String.valueOf(reset));
		headers.set("X-Sentry-Rate-Limit-ConcurrentLimit", "25");
		headers.set("X-Sentry-Rate-Limit-ConcurrentRemaining", "24");
	}

}
