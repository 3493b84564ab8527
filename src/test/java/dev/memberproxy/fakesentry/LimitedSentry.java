package dev.memberproxy.fakesentry;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import tools.jackson.databind.json.JsonMapper;

/**
 * The fake Sentry with the limits of the real one for each method, which records what
 * arrives. It counts a request from the moment it arrives, in a sliding second, so that
 * it rejects at least what Sentry rejects.
 */
public final class LimitedSentry implements AutoCloseable {

	public static final String TOKEN = "limited-token";

	public static final int LIMIT = 40;

	public static final int CONCURRENT_LIMIT = 25;

	private static final long SECOND = 1_000_000_000L;

	private final HttpServer server;

	private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();

	private final JsonMapper mapper = JsonMapper.shared();

	private final FakeOrganization organization = new FakeOrganization();

	private final FakeRouter router = new FakeRouter("acme", TOKEN, this.organization, Duration.ZERO);

	private final Map<String, Method> methods = new ConcurrentHashMap<>();

	private final Queue<String> overlaps = new ConcurrentLinkedQueue<>();

	private final Map<String, String> underWay = new ConcurrentHashMap<>();

	private final Map<String, Integer> creations = new ConcurrentHashMap<>();

	private volatile Duration responseTime = Duration.ofMillis(50);

	public LimitedSentry() {
		this.server = FaultySentry.start(this::handle, this.executor);
	}

	public URI baseUrl() {
		return URI.create("http://127.0.0.1:" + this.server.getAddress().getPort());
	}

	public void respondAfter(Duration duration) {
		this.responseTime = duration;
	}

	/** Forgets what has arrived, but not the members. */
	public void forget() {
		this.methods.clear();
		this.overlaps.clear();
		this.creations.clear();
	}

	/** When requests with the method arrived, in the order of their arrival. */
	public List<Long> arrivals(String method) {
		return method(method).arrivals.stream().sorted().toList();
	}

	public int mostInASecond(String method) {
		List<Long> times = arrivals(method);
		int most = 0;
		int first = 0;
		for (int last = 0; last < times.size(); last++) {
			while (times.get(last) - times.get(first) >= SECOND) {
				first++;
			}
			most = Math.max(most, last - first + 1);
		}
		return most;
	}

	public int mostAtOnce(String method) {
		return method(method).mostInProgress.get();
	}

	/** How many requests with the method were rejected. */
	public int rejected(String method) {
		return method(method).rejected.get();
	}

	/** How many requests to create a member with the address arrived. */
	public Map<String, Integer> creations() {
		return new HashMap<>(this.creations);
	}

	/** Changes of a member that arrived while another one was in progress. */
	public List<String> overlaps() {
		return new ArrayList<>(this.overlaps);
	}

	public Map<String, Long> rowsByAddress() {
		return this.organization.list(null)
			.stream()
			.collect(Collectors.groupingBy(FakeMember::userName, Collectors.counting()));
	}

	private Method method(String name) {
		return this.methods.computeIfAbsent(name, (_) -> new Method());
	}

	private void handle(HttpExchange exchange) throws IOException {
		long now = System.nanoTime();
		String name = exchange.getRequestMethod();
		Method method = method(name);
		int inProgress = method.inProgress.incrementAndGet();
		try {
			method.arrivals.add(now);
			method.mostInProgress.accumulateAndGet(inProgress, Math::max);
			byte[] body = exchange.getRequestBody().readAllBytes();
			if (name.equals("POST")) {
				this.creations.merge(this.mapper.readTree(body).path("userName").stringValue(""), 1, Integer::sum);
			}
			FakeResponse response = (inProgress > CONCURRENT_LIMIT || !method.admit(now)) ? method.reject()
					: name.equals("GET") ? respond(exchange, body) : change(exchange, body);
			// Before the service has the response, and may send the next request.
			method.inProgress.decrementAndGet();
			send(exchange, response, method.remaining(now));
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			exchange.close();
		}
	}

	private FakeResponse change(HttpExchange exchange, byte[] body) throws InterruptedException {
		String member = member(exchange.getRequestURI(), body);
		String change = exchange.getRequestMethod() + " " + member + " at " + System.nanoTime();
		String other = this.underWay.put(member, change);
		if (other != null) {
			this.overlaps.add(change + " during " + other);
		}
		try {
			return respond(exchange, body);
		}
		finally {
			this.underWay.remove(member, change);
		}
	}

	private String member(URI uri, byte[] body) {
		String id = uri.getPath().substring(uri.getPath().lastIndexOf('/') + 1);
		return id.equals("Users") ? this.mapper.readTree(body).path("userName").stringValue("")
				: this.organization.get(Long.parseLong(id)).map(FakeMember::userName).orElse(id);
	}

	private FakeResponse respond(HttpExchange exchange, byte[] body) throws InterruptedException {
		Thread.sleep(this.responseTime);
		return this.router.route(exchange, body);
	}

	private static void send(HttpExchange exchange, FakeResponse response, int remaining) throws IOException {
		Headers headers = exchange.getResponseHeaders();
		headers.set("X-Sentry-Rate-Limit-Limit", String.valueOf(LIMIT));
		headers.set("X-Sentry-Rate-Limit-Remaining", String.valueOf(remaining));
		headers.set("X-Sentry-Rate-Limit-Reset", String.valueOf(Instant.now().getEpochSecond() + 1));
		headers.set("X-Sentry-Rate-Limit-ConcurrentLimit", String.valueOf(CONCURRENT_LIMIT));
		headers.set("X-Sentry-Rate-Limit-ConcurrentRemaining", "1");
		response.headers().forEach(headers::set);
		byte[] body = response.body().getBytes(StandardCharsets.UTF_8);
		exchange.sendResponseHeaders(response.status(), (body.length == 0) ? -1 : body.length);
		if (body.length > 0) {
			exchange.getResponseBody().write(body);
		}
		exchange.close();
	}

	@Override
	public void close() {
		this.server.stop(0);
		this.executor.shutdownNow();
	}

	/** What arrived with one method. */
	private static final class Method {

		private final Queue<Long> arrivals = new ConcurrentLinkedQueue<>();

		private final AtomicInteger inProgress = new AtomicInteger();

		private final AtomicInteger mostInProgress = new AtomicInteger();

		private final AtomicInteger rejected = new AtomicInteger();

		/** Those of the last second that were not rejected. */
		private final List<Long> admitted = new ArrayList<>();

		synchronized boolean admit(long now) {
			if (remaining(now) == 0) {
				return false;
			}
			this.admitted.add(now);
			return true;
		}

		FakeResponse reject() {
			this.rejected.incrementAndGet();
			return FakeResponse.rateLimited();
		}

		synchronized int remaining(long now) {
			this.admitted.removeIf((time) -> now - time >= SECOND);
			return LIMIT - this.admitted.size();
		}

	}

}
