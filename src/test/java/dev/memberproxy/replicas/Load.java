package dev.memberproxy.replicas;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Creates members at a steady rate, independent of the responses, through a load balancer
 * that heeds readiness, and goes on to the next replica if one refuses the connection.
 */
final class Load implements AutoCloseable {

	static final String LOST = "lost";

	private static final int CALLERS = 500;

	private static final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	private static final AtomicLong numbers = new AtomicLong(System.nanoTime());

	private final List<Replica> replicas;

	private final String apiKey;

	private final Predicate<Long> keyed;

	private final Queue<Sample> samples = new ConcurrentLinkedQueue<>();

	private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();

	private final Semaphore callers = new Semaphore(CALLERS);

	private volatile boolean closed;

	/**
	 * Starts to send.
	 * @param replicas those that take part in turn
	 * @param apiKey the key of the client
	 * @param perSecond the rate
	 * @param keyEvery one in so many requests has an idempotency key; 0 for none
	 */
	Load(List<Replica> replicas, String apiKey, int perSecond, int keyEvery) {
		this.replicas = replicas;
		this.apiKey = apiKey;
		this.keyed = (number) -> keyEvery > 0 && number % keyEvery == 0;
		this.executor.execute(() -> offer(perSecond));
	}

	private void offer(int perSecond) {
		long start = System.nanoTime();
		for (long i = 0; !this.closed; i++) {
			LockSupport.parkNanos(start + i * 1_000_000_000L / perSecond - System.nanoTime());
			this.callers.acquireUninterruptibly();
			long number = i;
			this.executor.execute(() -> {
				create(number);
				this.callers.release();
			});
		}
	}

	private void create(long number) {
		String address = "load" + numbers.incrementAndGet() + "@example.com";
		String key = this.keyed.test(number) ? "key-of-" + address : null;
		long start = System.nanoTime();
		for (int attempt = 0; attempt < this.replicas.size(); attempt++) {
			Replica replica = this.replicas.get((int) ((number + attempt) % this.replicas.size()));
			if (!replica.isListed()) {
				continue;
			}
			HttpRequest.Builder request = HttpRequest
				.newBuilder(URI.create("http://127.0.0.1:" + replica.port() + "/members"))
				.header("Content-Type", "application/json")
				.header("X-API-Key", this.apiKey)
				.timeout(Duration.ofSeconds(30))
				.POST(BodyPublishers.ofString("{\"userName\":\"" + address + "\",\"sentryOrgRole\":\"member\"}"));
			if (key != null) {
				request.header("Idempotency-Key", key);
			}
			try {
				HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());
				this.samples.add(new Sample(address, key, response, "", start, System.nanoTime()));
				return;
			}
			catch (ConnectException _) {
				// Nothing was sent.
			}
			catch (IOException ex) {
				this.samples.add(new Sample(address, key, null, replica.name() + " " + ex, start, System.nanoTime()));
				return;
			}
			catch (InterruptedException ex) {
				throw new AssertionError(ex);
			}
		}
		this.samples.add(new Sample(address, key, null, "no replica accepts", start, System.nanoTime()));
	}

	/** All responses so far. */
	List<Sample> samples() {
		return List.copyOf(this.samples);
	}

	/** The responses to the requests that started since a moment. */
	List<Sample> startedSince(long nanos) {
		return this.samples.stream().filter((sample) -> sample.start() - nanos >= 0).toList();
	}

	/**
	 * The share of Sentry's limit that was used to create members between two moments.
	 */
	double goodput(long from, long to, int limit) {
		long created = this.samples.stream()
			.filter(Sample::isCreated)
			.filter((sample) -> sample.end() - from >= 0 && sample.end() - to < 0)
			.count();
		return created / ((to - from) / 1e9) / limit;
	}

	/** What responses claim, but is not so. Each address was requested once. */
	List<String> falseClaims(Map<String, Long> rowsByAddress) {
		return this.samples.stream().filter((sample) -> {
			long rows = rowsByAddress.getOrDefault(sample.address(), 0L);
			return switch (sample.outcome()) {
				case "success" -> rows != 1;
				case "not_applied" -> rows != 0;
				default -> rows > 1;
			};
		}).map(Sample::toString).toList();
	}

	/** Sends no more, and waits for the responses. */
	void end() {
		this.closed = true;
		this.executor.close();
	}

	@Override
	public void close() {
		end();
	}

	static Map<String, Long> ends(Stream<Sample> samples) {
		return samples.collect(Collectors.groupingBy(Sample::result, TreeMap::new, Collectors.counting()));
	}

	/** The percentile of the duration of some responses in milliseconds. */
	static long millis(Stream<Sample> samples, int percentile) {
		List<Long> sorted = samples.map((sample) -> (sample.end() - sample.start()) / 1_000_000).sorted().toList();
		return sorted.isEmpty() ? 0 : sorted.get((sorted.size() - 1) * percentile / 100);
	}

	/**
	 * One request.
	 *
	 * @param address the address of the member
	 * @param key the idempotency key, if it has one
	 * @param response the response, if there is one
	 * @param failure why there is none
	 * @param start when the request was sent
	 * @param end when the response had arrived
	 */
	record Sample(String address, @Nullable String key, @Nullable HttpResponse<String> response, String failure,
			long start, long end) {

		boolean isCreated() {
			return this.response != null && this.response.statusCode() == 201;
		}

		/** The title of the outcome: created, the type of the problem, or lost. */
		String result() {
			return (this.response == null) ? LOST : isCreated() ? "created" : problem("type").replace("/problems/", "");
		}

		String outcome() {
			return (this.response == null) ? LOST : isCreated() ? "success" : problem("outcome");
		}

		boolean isRejected() {
			return this.response != null && this.response.statusCode() == 429;
		}

		private String problem(String field) {
			return (this.response == null) ? ""
					: JsonMapper.shared().readTree(this.response.body()).path(field).stringValue("");
		}

		@Override
		public String toString() {
			return this.address + ": " + ((this.response == null) ? this.failure
					: this.response.statusCode() + " " + this.response.body());
		}

	}

}
