package dev.memberproxy.server;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

import dev.memberproxy.MemberProxyApplication;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/** The service stops under load, and nobody who heeds its readiness loses a request. */
@Timeout(60)
class DrainTests {

	private static final int CALLERS = 8;

	private final Queue<String> lost = new ConcurrentLinkedQueue<>();

	private final AtomicInteger answered = new AtomicInteger();

	private final AtomicInteger answeredWhileDraining = new AtomicInteger();

	private volatile boolean ready = true;

	@Test
	void stopLosesNoRequestOfThoseWhoHeedReadiness() {
		ConfigurableApplicationContext service = new SpringApplicationBuilder(MemberProxyApplication.class).run(
				"--spring.profiles.active=demo", "--server.port=0", "--management.server.port=0",
				"--members.shutdown.drain=2s", "--sentry.pacing.requests-per-second=0",
				"--sentry.pacing.max-concurrent=0");
		int port = service.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
		int managementPort = service.getEnvironment().getRequiredProperty("local.management.port", Integer.class);
		try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
			executor.execute(() -> watchReadiness(managementPort));
			for (int i = 0; i < CALLERS; i++) {
				int caller = i;
				executor.execute(() -> callWhileReady(caller, port));
			}
			Awaitility.await().until(() -> this.answered.get() > 100);
			service.close();
		}
		assertThat(this.lost).isEmpty();
		assertThat(this.answeredWhileDraining).hasPositiveValue();
	}

	/** As a load balancer does: now and then, so that it learns of it late. */
	private void watchReadiness(int managementPort) {
		try (HttpClient client = HttpClient.newHttpClient()) {
			Awaitility.await().pollInterval(Duration.ofMillis(500)).atMost(Duration.ofSeconds(50)).until(() -> {
				this.ready = isReady(client, managementPort);
				return !this.ready;
			});
		}
	}

	private static boolean isReady(HttpClient client, int managementPort) throws InterruptedException {
		try {
			return client
				.send(HttpRequest
					.newBuilder(URI.create("http://localhost:" + managementPort + "/actuator/health/readiness"))
					.build(), BodyHandlers.discarding())
				.statusCode() == 200;
		}
		catch (IOException ex) {
			// Nobody is there any more.
			return false;
		}
	}

	private void callWhileReady(int caller, int port) {
		try (HttpClient client = HttpClient.newHttpClient()) {
			for (int i = 0; this.ready; i++) {
				HttpResponse<Void> response = client.send(HttpRequest
					.newBuilder(
							URI.create("http://localhost:" + port + "/members/p" + caller + "x" + i + "@example.com"))
					.PUT(BodyPublishers.noBody())
					.build(), BodyHandlers.discarding());
				if (response.statusCode() != 201) {
					this.lost.add("status " + response.statusCode());
				}
				this.answered.incrementAndGet();
				if (response.headers().firstValue("Connection").filter("close"::equals).isPresent()) {
					this.answeredWhileDraining.incrementAndGet();
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
