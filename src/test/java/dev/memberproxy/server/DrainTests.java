package dev.memberproxy.server;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import dev.memberproxy.ApiClient;
import dev.memberproxy.Expect;
import dev.memberproxy.MemberProxyApplication;
import dev.memberproxy.RawClient;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/** The service stops under load. Clients that honor its readiness lose no request. */
@Timeout(60)
class DrainTests {

	private static final int CALLERS = 8;

	private static final String ADA = "{\"userName\":\"ada@example.com\",\"sentryOrgRole\":\"member\"}";

	private final Queue<String> lost = new ConcurrentLinkedQueue<>();

	private final AtomicInteger answered = new AtomicInteger();

	private final AtomicInteger answeredWhileDraining = new AtomicInteger();

	/** The status of its readiness; 0 when nobody answers. */
	private volatile int readiness = 200;

	/** Whether an answer has closed its connection. */
	private volatile boolean draining;

	@Test
	void stopLosesNoRequestOfThoseWhoHeedReadiness() {
		ConfigurableApplicationContext service = start("2s");
		int port = port(service);
		int managementPort = service.getEnvironment().getRequiredProperty("local.management.port", Integer.class);
		try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
			executor.execute(() -> watchReadiness(managementPort));
			for (int i = 0; i < CALLERS; i++) {
				int caller = i;
				executor.execute(() -> callWhileReady(caller, port));
			}
			Awaitility.await().until(() -> this.answered.get() > 100);
			assertThat(this.draining).isFalse();
			service.close();
		}
		assertThat(this.lost).isEmpty();
		// Those who look learn of it before nobody is there any more.
		assertThat(this.readiness).isEqualTo(503);
		assertThat(this.answeredWhileDraining).hasValueGreaterThanOrEqualTo(CALLERS);
	}

	@Test
	void startAfterStopKeepsConnectionsOpen() throws Exception {
		ConfigurableApplicationContext service = start("0s");
		try (service; HttpClient client = HttpClient.newHttpClient()) {
			service.stop();
			service.start();
			HttpResponse<String> response = client.send(
					HttpRequest.newBuilder(URI.create("http://localhost:" + port(service) + "/problems")).build(),
					BodyHandlers.ofString());
			assertThat(response.statusCode()).isEqualTo(200);
			assertThat(response.headers().firstValue("Connection")).isEmpty();
		}
	}

	@Test
	void requestUnderWayWhenDrainBeginsIsTheLastOfItsConnection() throws IOException {
		ConfigurableApplicationContext service = start("2s");
		int port = port(service);
		try (var executor = Executors.newVirtualThreadPerTaskExecutor();
				HttpClient client = HttpClient.newHttpClient();
				RawClient caller = RawClient.connect(port)) {
			caller
				.send("POST /members HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nExpect: 100-continue\r\n"
						+ "Content-Length: " + ADA.length() + "\r\n\r\n");
			caller.receive("HTTP/1.1 100 ");
			executor.execute(service::close);
			Awaitility.await().until(() -> isDraining(client, port));
			caller.send(ADA);
			assertThat(caller.receiveAll()).contains("HTTP/1.1 201 ", "ada@example.com", "\r\nConnection: close\r\n");
		}
	}

	@Test
	void answerOfAnyKindWhileDrainingIsTheLastOfItsConnection() throws IOException {
		ConfigurableApplicationContext service = start("3s");
		int port = port(service);
		try (var executor = Executors.newVirtualThreadPerTaskExecutor();
				HttpClient client = HttpClient.newHttpClient()) {
			executor.execute(service::close);
			Awaitility.await().until(() -> isDraining(client, port));
			// With a body and without, of Spring MVC and of the container.
			for (String request : List.of("GET /openapi.json", "HEAD /openapi.json",
					"DELETE /members/joined@example.com", "GET /nothing", "PUT /members", "GET /members//x",
					"TRACE /members", "OPTIONS /members")) {
				assertThat(RawClient.call(port, request + " HTTP/1.1\r\nHost: x\r\n\r\n")).as(request)
					.contains("\r\nConnection: close\r\n");
			}
		}
	}

	@Test
	void stopWhenRequestOutlivesTheDrainAnswersIt() throws IOException {
		ConfigurableApplicationContext service = start("300ms");
		int port = port(service);
		try (var executor = Executors.newVirtualThreadPerTaskExecutor(); RawClient caller = RawClient.connect(port)) {
			caller
				.send("POST /members HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nExpect: 100-continue\r\n"
						+ "Content-Length: " + ADA.length() + "\r\n\r\n");
			caller.receive("HTTP/1.1 100 ");
			executor.execute(service::close);
			Awaitility.await().until(() -> isClosedToNewCallers(port));
			caller.send(ADA);
			assertThat(caller.receiveAll()).contains("HTTP/1.1 201 ", "ada@example.com");
		}
	}

	@Test
	void batchWhileDrainingIsRefusedAndSingleRequestsAreServed() throws Exception {
		ConfigurableApplicationContext service = start("3s");
		int port = port(service);
		try (var executor = Executors.newVirtualThreadPerTaskExecutor();
				HttpClient client = HttpClient.newHttpClient()) {
			executor.execute(service::close);
			Awaitility.await().until(() -> isDraining(client, port));
			HttpResponse<String> batch = ApiClient.send(ApiClient.request(port, "/members/batch")
				.header("Content-Type", "application/json")
				.POST(BodyPublishers.ofString("[{\"op\":\"create\",\"userName\":\"batch@example.com\"}]"))
				.build());
			assertThat(batch.headers().firstValue("Retry-After")).contains("10");
			JsonNode problem = Expect.problem(batch, 503, "service-stopping");
			assertThat(problem.path("retryable").booleanValue()).isTrue();
			assertThat(ApiClient.post(port, "/members", ADA).statusCode()).isEqualTo(201);
			assertThat(ApiClient.get(port, "/members?userName=batch@example.com").body())
				.contains("\"totalResults\":0");
		}
	}

	/** One request a second to Sentry makes a batch of five take four seconds. */
	@Test
	void batchInProgressWhenDrainBeginsGoesOnUntilItEnds() throws Exception {
		ConfigurableApplicationContext service = start("3s", "--sentry.pacing.requests-per-second=1");
		int port = port(service);
		try (var executor = Executors.newVirtualThreadPerTaskExecutor();
				HttpClient client = HttpClient.newHttpClient()) {
			HttpResponse<Stream<String>> batch = client
				.send(HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/members/batch"))
					.header("Content-Type", "application/json")
					.header("Accept", "application/x-ndjson")
					.POST(BodyPublishers.ofString(IntStream.range(0, 20)
						.mapToObj((i) -> "{\"op\":\"create\",\"userName\":\"slow" + i + "@example.com\"}")
						.collect(Collectors.joining(",", "[", "]"))))
					.build(), BodyHandlers.ofLines());
			Iterator<String> lines = batch.body().iterator();
			assertThat(lines.next()).contains("\"status\":201");
			executor.execute(service::close);
			List<String> rest = new ArrayList<>();
			lines.forEachRemaining(rest::add);
			assertThat(rest.subList(0, rest.size() - 1)).hasSizeGreaterThanOrEqualTo(3)
				.allSatisfy((line) -> assertThat(line).contains("\"status\":201"));
			assertThat(rest.getLast()).containsPattern("\"succeeded\":" + rest.size() + ",\"failed\":0,\"unknown\":0,"
					+ "\"notStarted\":" + (20 - rest.size()));
		}
	}

	private static ConfigurableApplicationContext start(String drain) {
		return start(drain, "--sentry.pacing.requests-per-second=0");
	}

	private static ConfigurableApplicationContext start(String drain, String property) {
		return new SpringApplicationBuilder(MemberProxyApplication.class).run("--spring.profiles.active=demo",
				"--server.port=0", "--management.server.port=0", "--members.shutdown.drain=" + drain,
				"--sentry.pacing.max-concurrent=0", property);
	}

	private static int port(ConfigurableApplicationContext service) {
		return service.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
	}

	private static boolean isDraining(HttpClient client, int port) throws IOException, InterruptedException {
		return isLast(
				client.send(HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/openapi.json")).build(),
						BodyHandlers.discarding()));
	}

	private static boolean isLast(HttpResponse<Void> response) {
		return response.headers().firstValue("Connection").filter("close"::equals).isPresent();
	}

	private static boolean isClosedToNewCallers(int port) throws IOException {
		try (RawClient _ = RawClient.connect(port)) {
			return false;
		}
		catch (ConnectException ex) {
			return true;
		}
	}

	/** As a load balancer does: now and then, so that it learns of it late. */
	private void watchReadiness(int managementPort) {
		try (HttpClient client = HttpClient.newHttpClient()) {
			Awaitility.await().pollInterval(Duration.ofMillis(500)).atMost(Duration.ofSeconds(50)).until(() -> {
				this.readiness = readiness(client, managementPort);
				return this.readiness != 200;
			});
		}
	}

	private static int readiness(HttpClient client, int managementPort) throws InterruptedException {
		try {
			return client
				.send(HttpRequest
					.newBuilder(URI.create("http://localhost:" + managementPort + "/actuator/health/readiness"))
					.build(), BodyHandlers.discarding())
				.statusCode();
		}
		catch (IOException ex) {
			return 0;
		}
	}

	/** Until it is not ready, or a little longer, so that some calls meet the drain. */
	private void callWhileReady(int caller, int port) {
		try (HttpClient client = HttpClient.newHttpClient()) {
			for (int i = 0; this.readiness == 200 || this.answeredWhileDraining.get() < CALLERS; i++) {
				boolean begunWhileDraining = this.draining;
				HttpResponse<Void> response = client.send(HttpRequest
					.newBuilder(
							URI.create("http://localhost:" + port + "/members/p" + caller + "x" + i + "@example.com"))
					.PUT(BodyPublishers.noBody())
					.build(), BodyHandlers.discarding());
				boolean last = isLast(response);
				if (response.statusCode() != 201) {
					this.lost.add("status " + response.statusCode());
				}
				this.answered.incrementAndGet();
				if (begunWhileDraining) {
					this.answeredWhileDraining.incrementAndGet();
					if (!last) {
						this.lost.add("connection that is kept");
					}
				}
				if (last) {
					this.draining = true;
				}
			}
		}
		catch (IOException ex) {
			this.lost.add(ex.toString());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
