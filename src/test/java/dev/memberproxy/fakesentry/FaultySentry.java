package dev.memberproxy.fakesentry;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import tools.jackson.databind.json.JsonMapper;

/**
 * The fake Sentry behind everything that can fail on the way to it. The fault of a
 * request depends on the seed, on what it asks for, and on how often it was sent, but not
 * on time. A request that creates a member is identified by the tag in
 * {@code externalId}, one that changes a member by the member's address.
 */
public final class FaultySentry implements AutoCloseable {

	public static final String TOKEN = "faulty-token";

	private final HttpServer server;

	private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();

	private final JsonMapper mapper = JsonMapper.shared();

	private final FakeOrganization organization = new FakeOrganization();

	private final FakeRouter router = new FakeRouter("acme", TOKEN, this.organization, Duration.ZERO);

	private final long seed;

	private final Duration patience;

	private final Map<String, Integer> arrivals = new ConcurrentHashMap<>();

	private final Set<String> applied = ConcurrentHashMap.newKeySet();

	private final Set<String> ambiguous = ConcurrentHashMap.newKeySet();

	private final Map<String, Phaser> writes = new ConcurrentHashMap<>();

	private final CountDownLatch closed = new CountDownLatch(1);

	/**
	 * @param seed determines the faults
	 * @param patience how long the service waits for a response
	 */
	public FaultySentry(long seed, Duration patience) {
		this.seed = seed;
		this.patience = patience;
		this.server = start(this::handle, this.executor);
	}

	static HttpServer start(HttpHandler handler, Executor executor) {
		try {
			HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1_000);
			server.createContext("/", handler);
			server.setExecutor(executor);
			server.start();
			return server;
		}
		catch (IOException ex) {
			throw new AssertionError(ex);
		}
	}

	public URI baseUrl() {
		return URI.create("http://127.0.0.1:" + this.server.getAddress().getPort());
	}

	FakeOrganization organization() {
		return this.organization;
	}

	/** How many members have each address. */
	public Map<String, Long> rowsByAddress() {
		return this.organization.list(null)
			.stream()
			.collect(Collectors.groupingBy(FakeMember::userName, Collectors.counting()));
	}

	/** Whether a request with the tag has changed or confirmed anything so far. */
	public boolean hasApplied(String tag) {
		return this.applied.contains(tag);
	}

	/** Whether a request with the tag had a fault that hides its outcome. */
	boolean isAmbiguous(String tag) {
		return this.ambiguous.contains(tag);
	}

	/** Forgets the faults and the changes of requests with the tag. */
	void forget(String tag) {
		this.applied.remove(tag);
		this.ambiguous.remove(tag);
	}

	/** Waits until everything that was accepted is done. */
	public void awaitLateCommits() {
		this.writes.keySet().forEach(this::awaitLateCommits);
	}

	/** Waits until everything with the tag that was accepted is done. */
	public void awaitLateCommits(String tag) {
		writes(tag).arriveAndAwaitAdvance();
	}

	private void handle(HttpExchange exchange) throws IOException {
		byte[] body = exchange.getRequestBody().readAllBytes();
		try {
			String method = exchange.getRequestMethod();
			URI uri = exchange.getRequestURI();
			if (method.equals("GET")) {
				get(exchange, draw(uri.toString(), Fault.ofRead()));
				return;
			}
			String tag = tag(uri, body);
			Phaser writes = writes(tag);
			writes.register();
			try {
				write(exchange, body, tag, draw(method.equals("POST") ? tag : method + uri, Fault.ofWrite()));
			}
			finally {
				writes.arriveAndDeregister();
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			exchange.close();
		}
	}

	/** The tag of a request that changes a member is the member's address. */
	private String tag(URI uri, byte[] body) {
		String id = uri.getPath().substring(uri.getPath().lastIndexOf('/') + 1);
		if (id.equals("Users")) {
			return this.mapper.readTree(body).path("externalId").stringValue("");
		}
		return this.organization.get(Long.parseLong(id)).map(FakeMember::userName).orElse(id);
	}

	private Phaser writes(String tag) {
		return this.writes.computeIfAbsent(tag, (_) -> new Phaser(1));
	}

	private Fault draw(String what, Fault[] faults) {
		int arrival = this.arrivals.merge(what, 1, Integer::sum);
		int thousandth = new SplittableRandom(this.seed ^ ((long) what.hashCode() << 16) ^ arrival).nextInt(1_000);
		for (Fault fault : faults) {
			thousandth -= fault.perMille;
			if (thousandth < 0) {
				return fault;
			}
		}
		return Fault.NONE;
	}

	private void write(HttpExchange exchange, byte[] body, String tag, Fault fault)
			throws IOException, InterruptedException {
		if (fault.ambiguous) {
			this.ambiguous.add(tag);
		}
		switch (fault) {
			case NONE -> send(exchange, apply(exchange, body, tag));
			case SLOW -> {
				this.closed.await(this.patience.toMillis() / 2, TimeUnit.MILLISECONDS);
				send(exchange, apply(exchange, body, tag));
			}
			case DROP_BEFORE -> exchange.close();
			case DROP_AFTER -> {
				apply(exchange, body, tag);
				exchange.close();
			}
			case BAD_GATEWAY_BEFORE -> send(exchange, FakeResponse.badGateway());
			case BAD_GATEWAY_AFTER -> {
				apply(exchange, body, tag);
				send(exchange, FakeResponse.badGateway());
			}
			case GATEWAY_TIMEOUT_AFTER -> {
				apply(exchange, body, tag);
				send(exchange, FakeResponse.text(504, FakeResponse.HTML, "<html></html>"));
			}
			case LATE -> {
				this.closed.await(this.patience.toMillis() * 3, TimeUnit.MILLISECONDS);
				apply(exchange, body, tag);
				exchange.close();
			}
			case INTERNAL_ERROR -> send(exchange, FakeResponse.internalError());
			case LIMITED -> send(exchange, FakeResponse.rateLimited());
			case TRUNCATED -> sendHalf(exchange, apply(exchange, body, tag));
			case NOT_FORWARDED -> send(exchange, notForwarded());
			case FOREIGN_BEFORE -> send(exchange, foreign(tag));
			case FOREIGN_AFTER -> {
				apply(exchange, body, tag);
				send(exchange, foreign(tag));
			}
		}
	}

	private void get(HttpExchange exchange, Fault fault) throws IOException, InterruptedException {
		switch (fault) {
			case DROP_BEFORE -> exchange.close();
			case BAD_GATEWAY_BEFORE -> send(exchange, FakeResponse.badGateway());
			case NOT_FORWARDED -> send(exchange, notForwarded());
			case TRUNCATED -> sendHalf(exchange, this.router.route(exchange, new byte[0]));
			case FOREIGN_BEFORE -> send(exchange, foreign(exchange.getRequestURI().toString()));
			default -> send(exchange, this.router.route(exchange, new byte[0]));
		}
	}

	private FakeResponse apply(HttpExchange exchange, byte[] body, String tag) throws InterruptedException {
		FakeResponse response = this.router.route(exchange, body);
		if (response.status() / 100 == 2) {
			this.applied.add(tag);
		}
		if (response.status() == 500) {
			// An open join request with another role.
			this.ambiguous.add(tag);
		}
		return response;
	}

	private static FakeResponse notForwarded() {
		return FakeResponse.json(503,
				Map.of("error", "apigateway", "detail", "Downstream service temporarily unavailable"));
	}

	/** What firewalls, gateways and authenticating proxies respond in Sentry's place. */
	private static FakeResponse foreign(String what) {
		return switch (Math.floorMod(what.hashCode(), 5)) {
			case 0 -> FakeResponse.text(409, FakeResponse.HTML, "error code: 1001");
			case 1 -> FakeResponse.text(403, FakeResponse.HTML, "<html>blocked</html>");
			case 2 -> FakeResponse.json(401, Map.of("error", "access_denied"));
			case 3 -> FakeResponse.json(404, Map.of("message", "no Route matched with those values"));
			default -> FakeResponse.json(400, Map.of("message", "Bad request"));
		};
	}

	private static void send(HttpExchange exchange, FakeResponse response) throws IOException {
		send(exchange, response, 1);
	}

	private static void sendHalf(HttpExchange exchange, FakeResponse response) throws IOException {
		send(exchange, response, 2);
	}

	private static void send(HttpExchange exchange, FakeResponse response, int divisor) throws IOException {
		response.headers().forEach(exchange.getResponseHeaders()::set);
		byte[] body = response.body().getBytes(StandardCharsets.UTF_8);
		exchange.sendResponseHeaders(response.status(), body.length);
		exchange.getResponseBody().write(body, 0, body.length / divisor);
		exchange.getResponseBody().flush();
		exchange.close();
	}

	@Override
	public void close() {
		this.closed.countDown();
		this.server.stop(0);
		this.executor.shutdownNow();
	}

	/** What goes wrong, and how often. */
	private enum Fault {

		NONE(0, false), SLOW(60, false), DROP_BEFORE(40, true), DROP_AFTER(40, true), BAD_GATEWAY_BEFORE(30, true),
		BAD_GATEWAY_AFTER(30, true), GATEWAY_TIMEOUT_AFTER(30, true), LATE(30, true), INTERNAL_ERROR(40, true),
		LIMITED(2, false), TRUNCATED(40, true), NOT_FORWARDED(40, false), FOREIGN_BEFORE(20, true),
		FOREIGN_AFTER(20, true);

		private final int perMille;

		private final boolean ambiguous;

		Fault(int perMille, boolean ambiguous) {
			this.perMille = perMille;
			this.ambiguous = ambiguous;
		}

		static Fault[] ofWrite() {
			return values();
		}

		static Fault[] ofRead() {
			return new Fault[] { DROP_BEFORE, BAD_GATEWAY_BEFORE, TRUNCATED, NOT_FORWARDED, FOREIGN_BEFORE };
		}

	}

}
