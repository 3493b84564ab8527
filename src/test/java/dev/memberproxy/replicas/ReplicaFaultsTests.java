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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

import dev.memberproxy.ApiClient;
import dev.memberproxy.fakesentry.FaultySentry;
import dev.memberproxy.fakesentry.LimitedSentry;
import org.junit.jupiter.api.Test;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Replicas that are killed, or stand still, claim nothing untrue, and disturb no other.
 * {@code -Dreplicas.long=true} takes ten times as long.
 */
class ReplicaFaultsTests {

	private static final int FACTOR = Boolean.getBoolean("replicas.long") ? 10 : 1;

	private static final Duration READ_TIMEOUT = Duration.ofMillis(500);

	private static final Logger logger = LoggerFactory.getLogger(ReplicaFaultsTests.class);

	private static final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	private final Map<String, Long> ends = new ConcurrentHashMap<>();

	/** The longest time until the key of a killed replica was settled. */
	private final AtomicLong slowestMillis = new AtomicLong();

	private final Queue<String> falseClaims = new ConcurrentLinkedQueue<>();

	/**
	 * A caller sends a request again, with its key, to another replica, until it has an
	 * outcome. With faults at Sentry, an outcome may be that it stays unknown.
	 */
	@Test
	void replicasKilledAmongFaultsClaimNothingUntrue() throws Exception {
		Duration deadline = Duration.ofSeconds(3);
		try (RedisServer redis = RedisServer.start();
				FaultySentry sentry = new FaultySentry(20_261_201L, READ_TIMEOUT);
				Replicas replicas = Replicas.start("truth", redis, sentry.baseUrl(), FaultySentry.TOKEN,
						"--sentry.deadline=" + deadline.toMillis() + "ms",
						"--sentry.read-timeout=" + READ_TIMEOUT.toMillis() + "ms", "--sentry.connect-timeout=500ms",
						"--sentry.pacing.requests-per-second=200");
				ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
			int requests = 300 * FACTOR;
			AtomicBoolean over = new AtomicBoolean();
			Thread killer = Thread.ofVirtual().start(() -> killInTurn(replicas, over));
			long start = System.nanoTime();
			List<Future<?>> callers = new ArrayList<>();
			for (int i = 0; i < requests; i++) {
				LockSupport.parkNanos(start + i * 1_000_000_000L / 30 - System.nanoTime());
				int number = i;
				callers.add(executor.submit(() -> pursue(number, replicas, sentry, deadline.plusSeconds(10))));
			}
			for (Future<?> caller : callers) {
				caller.get();
			}
			over.set(true);
			killer.join();
			sentry.awaitLateCommits();
			logger.info("{} requests with keys, replicas killed in turn: {}; keys settled after {} ms at most",
					requests, new TreeMap<>(this.ends), this.slowestMillis);
			assertThat(this.falseClaims).isEmpty();
			assertThat(this.ends.values().stream().mapToLong(Long::longValue).sum()).isEqualTo(requests);
			assertThat(this.ends).containsKey("created");
			assertThat(this.slowestMillis).as("keys of killed replicas").hasPositiveValue();
			assertThat(sentry.rowsByAddress().values()).isNotEmpty().allSatisfy((rows) -> assertThat(rows).isOne());
		}
	}

	private static void killInTurn(Replicas replicas, AtomicBoolean over) {
		for (int i = 0; !over.get(); i++) {
			Replica victim = replicas.all().get(i % 3);
			victim.kill();
			victim.start();
			victim.awaitReady();
			LockSupport.parkNanos(Duration.ofSeconds(1).toNanos());
		}
	}

	private void pursue(int number, Replicas replicas, FaultySentry sentry, Duration patience) {
		String tag = "t" + number;
		String body = "{\"userName\":\"p" + number + "@example.com\",\"sentryOrgRole\":\"member\",\"externalId\":\""
				+ tag + "\"}";
		long start = System.nanoTime();
		AtomicLong lostAt = new AtomicLong();
		for (int attempt = 0; System.nanoTime() - start < patience.multipliedBy(4).toNanos(); attempt++) {
			HttpResponse<String> response = send(replicas.all().get((number + attempt) % 3), body, "key-" + number,
					lostAt);
			if (response != null && lostAt.get() != 0 && !response.body().contains("idempotency-key-in-use")) {
				settled(tag, Duration.ofNanos(System.nanoTime() - lostAt.getAndSet(0)), patience);
			}
			if (response != null && response.statusCode() < 300) {
				if (sentry.rowsByAddress().getOrDefault("p" + number + "@example.com", 0L) != 1) {
					this.falseClaims.add(tag + " is no member: " + response.body());
				}
				end("created");
				return;
			}
			JsonNode problem = (response != null) ? ApiClient.json(response) : null;
			if (problem != null && problem.path("outcome").stringValue("").equals("not_applied")) {
				// An earlier attempt, of a killed replica as well, counts too.
				sentry.awaitLateCommits(tag);
				if (sentry.hasApplied(tag)) {
					this.falseClaims.add(tag + " was applied: " + response.body());
				}
			}
			if (problem != null && !problem.path("retryable").booleanValue()) {
				end(problem.path("type").stringValue(""));
				return;
			}
			LockSupport.parkNanos(Duration.ofMillis(300).toNanos());
		}
		if (lostAt.get() != 0) {
			this.falseClaims.add(tag + " is never settled");
		}
		end("still unknown");
	}

	private void settled(String tag, Duration elapsed, Duration patience) {
		this.slowestMillis.accumulateAndGet(elapsed.toMillis(), Math::max);
		if (elapsed.compareTo(patience) > 0) {
			this.falseClaims.add(tag + " is settled only after " + elapsed);
		}
	}

	private void end(String end) {
		this.ends.merge(end, 1L, Long::sum);
	}

	/**
	 * No response if the replica is away, or was killed meanwhile. Another replica that
	 * resumes the key and is killed too begins another lease.
	 */
	private static @Nullable HttpResponse<String> send(Replica replica, String body, String key, AtomicLong lostAt) {
		HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + replica.port() + "/members"))
			.header("Content-Type", "application/json")
			.header("Idempotency-Key", key)
			.timeout(Duration.ofSeconds(20))
			.POST(BodyPublishers.ofString(body))
			.build();
		try {
			return client.send(request, BodyHandlers.ofString());
		}
		catch (ConnectException _) {
			return null;
		}
		catch (IOException _) {
			lostAt.set(System.nanoTime());
			return null;
		}
		catch (InterruptedException ex) {
			throw new AssertionError(ex);
		}
	}

	/** The lease of a lock is the deadline and five seconds. */
	@Test
	void replicaThatStandsStillForLongerThanALeaseChangesNothingLate() throws Exception {
		try (RedisServer redis = RedisServer.start();
				LimitedSentry sentry = new LimitedSentry();
				Replicas replicas = Replicas.start("pause", redis, sentry.baseUrl(), LimitedSentry.TOKEN,
						"--sentry.deadline=1s", "--sentry.read-timeout=700ms");
				ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
			sentry.respondAfter(Duration.ofMillis(100));
			AtomicBoolean over = new AtomicBoolean();
			for (int i = 0; i < 60; i++) {
				Random random = new Random(i);
				executor.execute(() -> change(replicas, random, over));
			}
			for (int i = 0; i < FACTOR; i++) {
				LockSupport.parkNanos(Duration.ofSeconds(2).toNanos());
				Replica paused = replicas.all().get(i % 3);
				paused.pause();
				LockSupport.parkNanos(Duration.ofSeconds(7).toNanos());
				paused.resume();
			}
			LockSupport.parkNanos(Duration.ofSeconds(2).toNanos());
			over.set(true);
			executor.shutdown();
			assertThat(executor.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
			logger.info(
					"changes for ten persons, a replica stopped for 7 s and continued: {} POST, {} PUT, {} overlaps, {}",
					sentry.arrivals("POST").size(), sentry.arrivals("PUT").size(), sentry.overlaps().size(),
					new TreeMap<>(this.ends));
			assertThat(this.ends).containsKeys("200", "201");
			assertThat(sentry.overlaps()).isEmpty();
		}
	}

	private void change(Replicas replicas, Random random, AtomicBoolean over) {
		while (!over.get()) {
			HttpRequest request = HttpRequest
				.newBuilder(URI.create("http://127.0.0.1:" + replicas.all().get(random.nextInt(3)).port() + "/members/p"
						+ random.nextInt(10) + "@example.com"))
				.header("Content-Type", "application/json")
				.timeout(Duration.ofSeconds(20))
				.PUT(BodyPublishers
					.ofString("{\"sentryOrgRole\":\"" + (random.nextBoolean() ? "member" : "manager") + "\"}"))
				.build();
			try {
				end(String.valueOf(client.send(request, BodyHandlers.ofString()).statusCode()));
			}
			catch (IOException ex) {
				end(ex.getClass().getSimpleName());
			}
			catch (InterruptedException ex) {
				throw new AssertionError(ex);
			}
		}
	}

	/** Three replicas that share a Redis. */
	private record Replicas(List<Replica> all) implements AutoCloseable {

		static Replicas start(String name, RedisServer redis, URI sentry, String token, String... arguments) {
			Map<String, String> environment = new HashMap<>(Map.of("SENTRY_BASE_URL", sentry.toString(),
					"SENTRY_ORGANIZATION_SLUG", "acme", "SENTRY_TOKEN", token, "MEMBERS_STATE", "redis",
					"SPRING_DATA_REDIS_HOST", "127.0.0.1", "SPRING_DATA_REDIS_PORT", String.valueOf(redis.port()),
					"MEMBERS_ACCESS", "open", "LOGGING_LEVEL_AUDIT", "warn"));
			List<Replica> all = IntStream.range(0, 3)
				.mapToObj((i) -> Replica.launch(name + "-" + i, environment, arguments))
				.toList();
			all.forEach(Replica::awaitReady);
			return new Replicas(all);
		}

		@Override
		public void close() {
			this.all.forEach(Replica::close);
		}

	}

}
