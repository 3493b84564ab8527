package dev.memberproxy;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Measures ten times the load that Sentry allows. The service runs as a separate process;
 * the clients and Sentry run in this one. It takes 90 s and only runs when selected:
 * <pre>
 * ./mvnw test -Dtest=OverloadBenchmark
 * </pre>
 */
class OverloadBenchmark {

	private static final Logger logger = LoggerFactory.getLogger(OverloadBenchmark.class);

	private static final int LIMIT = 40;

	private static final int OFFERED = 10 * LIMIT;

	private static final int CALLERS = 500;

	private static final Duration WARM_UP = Duration.ofSeconds(15);

	private static final Duration MEASURED = Duration.ofSeconds(60);

	private static final int SENTRY_MILLIS = 50;

	private static final int MAX_HEAP_MB = 96;

	private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	private final Queue<Long> arrivals = new ConcurrentLinkedQueue<>();

	private final Queue<Sample> samples = new ConcurrentLinkedQueue<>();

	private final Queue<Long> heapMegabytes = new ConcurrentLinkedQueue<>();

	@Test
	void tenTimesTheLimitFromFiveHundredCallers() throws Exception {
		HttpServer sentry = startSentry();
		int port = freePort();
		int managementPort = freePort();
		Process service = startService(sentry.getAddress().getPort(), port, managementPort);
		try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
			Awaitility.await().atMost(Duration.ofMinutes(1)).ignoreExceptions().until(() -> heap(managementPort) > 0);
			offer(port, executor, WARM_UP);
			this.arrivals.clear();
			this.samples.clear();
			long start = System.nanoTime();
			executor.execute(() -> watchHeap(managementPort, start));
			offer(port, executor, MEASURED);
			print(start, start + MEASURED.toNanos());
		}
		finally {
			service.destroy();
			service.waitFor(20, TimeUnit.SECONDS);
			sentry.stop(0);
		}
		assertThat(this.samples).isNotEmpty();
	}

	/** Sends at a steady rate, independent of the responses, while a client is free. */
	private void offer(int port, ExecutorService executor, Duration duration) throws InterruptedException {
		Semaphore callers = new Semaphore(CALLERS);
		long start = System.nanoTime();
		long count = duration.toMillis() * OFFERED / 1_000;
		for (long i = 0; i < count; i++) {
			long due = start + i * 1_000_000_000L / OFFERED;
			LockSupport.parkNanos(due - System.nanoTime());
			String address = "user" + due + "@example.com";
			callers.acquire();
			executor.execute(() -> {
				call(port, address);
				callers.release();
			});
		}
	}

	private void call(int port, String address) {
		HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/members"))
			.header("Content-Type", "application/json")
			.POST(BodyPublishers.ofString("{\"userName\":\"" + address + "\"}"))
			.build();
		long start = System.nanoTime();
		int status = send(request).statusCode();
		long end = System.nanoTime();
		this.samples.add(new Sample(status, end, end - start));
	}

	private HttpResponse<String> send(HttpRequest request) {
		try {
			return this.client.send(request, BodyHandlers.ofString());
		}
		catch (IOException ex) {
			throw new AssertionError(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new AssertionError(ex);
		}
	}

	private void watchHeap(int managementPort, long start) {
		while (System.nanoTime() - start < MEASURED.toNanos()) {
			this.heapMegabytes.add(heap(managementPort));
			LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
		}
	}

	private long heap(int managementPort) {
		String metrics = send(
				HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + managementPort + "/actuator/prometheus"))
					.build())
			.body();
		return (long) metrics.lines()
			.filter((line) -> line.startsWith("jvm_memory_used_bytes{area=\"heap\""))
			.mapToDouble((line) -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
			.sum() / 1_000_000;
	}

	private void print(long start, long end) {
		List<Sample> measured = this.samples.stream().filter((sample) -> sample.end() - end < 0).toList();
		Map<Integer, Long> statuses = measured.stream()
			.collect(Collectors.groupingBy(Sample::status, Collectors.counting()));
		double seconds = (end - start) / 1e9;
		double goodput = statuses.getOrDefault(201, 0L) / seconds;
		List<Long> rejected = nanos(measured, 429);
		List<Long> served = nanos(measured, 201);
		logger.info("""

				offered    {}/s by {} callers for {} s: {}
				goodput    {}/s, which is {} % of Sentry's limit of {}/s (wanted: 88 %)
				at Sentry  {} at most in any second (wanted: {} at most)
				rejections {} ms at the median, {} ms at the 99th percentile (wanted: below 50 ms at the median)
				successes  {} ms at the median, {} ms at the 99th percentile
				heap       {} MB used at most, of {} MB""", format(measured.size() / seconds), CALLERS, format(seconds),
				statuses, format(goodput), format(100 * goodput / LIMIT), LIMIT, mostInASecond(), LIMIT,
				millis(rejected, 50), millis(rejected, 99), millis(served, 50), millis(served, 99),
				this.heapMegabytes.stream().mapToLong(Long::longValue).max().orElse(0), MAX_HEAP_MB);
	}

	private static List<Long> nanos(List<Sample> samples, int status) {
		return samples.stream().filter((sample) -> sample.status() == status).map(Sample::nanos).sorted().toList();
	}

	private static String millis(List<Long> sorted, int percentile) {
		return sorted.isEmpty() ? "-" : format(sorted.get((sorted.size() - 1) * percentile / 100) / 1e6);
	}

	private static String format(double number) {
		return "%.1f".formatted(number);
	}

	private int mostInASecond() {
		List<Long> times = this.arrivals.stream().sorted().toList();
		int most = 0;
		int first = 0;
		for (int last = 0; last < times.size(); last++) {
			while (times.get(last) - times.get(first) >= 1_000_000_000L) {
				first++;
			}
			most = Math.max(most, last - first + 1);
		}
		return most;
	}

	private HttpServer startSentry() throws IOException {
		HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1_000);
		server.createContext("/", this::respond);
		server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
		server.start();
		return server;
	}

	private void respond(HttpExchange exchange) throws IOException {
		this.arrivals.add(System.nanoTime());
		exchange.getRequestBody().readAllBytes();
		LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(SENTRY_MILLIS));
		byte[] body = "{\"id\":\"1\",\"userName\":\"x@example.com\",\"sentryOrgRole\":\"member\"}"
			.getBytes(StandardCharsets.UTF_8);
		exchange.sendResponseHeaders(201, body.length);
		exchange.getResponseBody().write(body);
		exchange.close();
	}

	private static Process startService(int sentryPort, int port, int managementPort) throws IOException {
		String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
		ProcessBuilder builder = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-XX:+UseSerialGC", "-Xmx" + MAX_HEAP_MB + "m", "-cp", classPath,
				"dev.memberproxy.MemberProxyApplication", "--server.port=" + port,
				"--management.server.port=" + managementPort, "--logging.level.root=error");
		builder.environment()
			.putAll(Map.of("SENTRY_BASE_URL", "http://127.0.0.1:" + sentryPort, "SENTRY_ORGANIZATION_SLUG", "acme",
					"SENTRY_TOKEN", "benchmark-token", "MEMBERS_ACCESS", "open"));
		return builder.redirectErrorStream(true).redirectOutput(new File("target/overload.log")).start();
	}

	private static int freePort() throws IOException {
		try (ServerSocket socket = new ServerSocket(0)) {
			return socket.getLocalPort();
		}
	}

	private record Sample(int status, long end, long nanos) {
	}

}
