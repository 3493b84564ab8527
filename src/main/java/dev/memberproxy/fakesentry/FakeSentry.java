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

/**
 * A Sentry with one organization in memory, on the loopback interface. Implements the
 * SCIM resource of members as Sentry does, oddities included; {@link MagicAddress}
 * triggers what Sentry does rarely.
 */
final class FakeSentry implements AutoCloseable {

	private static final String LOOPBACK = "127.0.0.1";

	private static final Duration RATE_LIMIT_RESET = Duration.ofSeconds(2);

	private final HttpServer server;

	private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();

	private final FakeRouter router;

	private final InstantSource clock;

	private FakeSentry(HttpServer server, FakeRouter router, InstantSource clock) {
		this.server = server;
		this.router = router;
		this.clock = clock;
	}

	/**
	 * Starts a fake Sentry on a free port.
	 * @param token the only token that is accepted
	 * @param slug the slug of the organization
	 * @param slowness how long {@link MagicAddress#SLOW} takes
	 * @param clock the clock for the reset of the rate limit
	 * @return a running Sentry
	 */
	static FakeSentry start(String token, String slug, Duration slowness, InstantSource clock) {
		try {
			HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral(LOOPBACK), 0), 0);
			FakeSentry sentry = new FakeSentry(server, new FakeRouter(slug, token, new FakeOrganization(), slowness),
					clock);
			server.createContext("/", sentry::handle);
			server.setExecutor(sentry.executor);
			server.start();
			return sentry;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	URI baseUrl() {
		return URI.create("http://" + LOOPBACK + ":" + this.server.getAddress().getPort());
	}

	@Override
	public void close() {
		this.server.stop(0);
		// Not close(), which waits for the slow responses.
		this.executor.shutdownNow();
	}

	private void handle(HttpExchange exchange) throws IOException {
		byte[] body = exchange.getRequestBody().readAllBytes();
		try {
			send(this.router.route(exchange, body), exchange);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			exchange.close();
		}
	}

	private void send(FakeResponse response, HttpExchange exchange) throws IOException {
		if (response.equals(FakeResponse.NONE)) {
			exchange.close();
			return;
		}
		if (response.status() != 502) {
			// A 502 comes from the web server in front, which does not set these headers.
			addRateLimit(exchange.getResponseHeaders(), response.status() == 429);
		}
		response.headers().forEach(exchange.getResponseHeaders()::set);
		byte[] body = response.body().getBytes(StandardCharsets.UTF_8);
		if (body.length == 0 || exchange.getRequestMethod().equals("HEAD")) {
			exchange.sendResponseHeaders(response.status(), -1);
			return;
		}
		exchange.sendResponseHeaders(response.status(), body.length);
		exchange.getResponseBody().write(body);
		exchange.getResponseBody().close();
	}

	private void addRateLimit(Headers headers, boolean exceeded) {
		long reset = this.clock.instant().plus(exceeded ? RATE_LIMIT_RESET : Duration.ofSeconds(1)).getEpochSecond();
		headers.set("X-Sentry-Rate-Limit-Limit", "40");
		headers.set("X-Sentry-Rate-Limit-Remaining", exceeded ? "0" : "39");
		headers.set("X-Sentry-Rate-Limit-Reset", String.valueOf(reset));
		headers.set("X-Sentry-Rate-Limit-ConcurrentLimit", "25");
		headers.set("X-Sentry-Rate-Limit-ConcurrentRemaining", "24");
	}

}
