package dev.memberproxy.replicas;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

import dev.memberproxy.ApiClient;
import dev.memberproxy.channel.SharedWindow;
import dev.memberproxy.clients.KeyDigests;
import dev.memberproxy.fakesentry.LimitedSentry;
import dev.memberproxy.replicas.Load.Sample;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Three replicas, which share a Redis, keep Sentry's limits, the keys and the quotas
 * together. {@code -Dreplicas.long=true} takes as long as is needed to measure.
 */
class ReplicasTests {

	private static final boolean LONG = Boolean.getBoolean("replicas.long");

	private static final String METHOD = "POST";

	private static final int OVERLOAD = 10 * LimitedSentry.LIMIT;

	private static final Duration WARM_UP = Duration.ofMillis(LONG ? 15_000 : 1_500);

	/** Whole windows: what fits into the limit is sent at the begin of each. */
	private static final Duration MEASURED = SharedWindow.WINDOW.multipliedBy(LONG ? 54 : 4);

	private static final String KEY = "smp_replicas";

	private static final String LIMITED_KEY = "smp_replicas-with-quota";

	private static final int QUOTA = 60;

	private static final ConditionFactory SOON = Awaitility.await()
		.atMost(Duration.ofSeconds(30))
		.pollInterval(Duration.ofMillis(50));

	private static final Logger logger = LoggerFactory.getLogger(ReplicasTests.class);

	private static LimitedSentry sentry;

	private static RedisServer redis;

	/** Each replica has its own way to Redis. */
	private static List<TcpForwarder> forwarders;

	private static List<Replica> replicas;

	@BeforeAll
	static void start() {
		sentry = new LimitedSentry();
		redis = RedisServer.start();
		Map<String, String> environment = Map.of("SENTRY_BASE_URL", sentry.baseUrl().toString(),
				"SENTRY_ORGANIZATION_SLUG", "acme", "SENTRY_TOKEN", LimitedSentry.TOKEN, "MEMBERS_STATE", "redis",
				"SPRING_DATA_REDIS_HOST", "127.0.0.1", "MEMBERS_CLIENTS_LOAD_KEY_SHA256", KeyDigests.hex(KEY),
				"MEMBERS_CLIENTS_LIMITED_KEY_SHA256", KeyDigests.hex(LIMITED_KEY),
				"MEMBERS_CLIENTS_LIMITED_REQUESTS_PER_MINUTE", String.valueOf(QUOTA));
		forwarders = IntStream.range(0, 3).mapToObj((_) -> new TcpForwarder(redis.port())).toList();
		replicas = IntStream.range(0, 3)
			.mapToObj((i) -> Replica.launch("replica-" + i, environment,
					"--spring.data.redis.port=" + forwarders.get(i).port(), "--members.shutdown.drain=500ms",
					// A full queue takes this long to become empty after each test.
					"--sentry.pacing.max-wait=" + (LONG ? "5s" : "2s"), "--logging.level.audit=warn",
					"--logging.level.dev.memberproxy.problem=error"))
			.toList();
		replicas.forEach(Replica::awaitReady);
	}

	@AfterAll
	static void stop() {
		replicas.forEach(Replica::close);
		forwarders.forEach(TcpForwarder::close);
		redis.close();
		sentry.close();
	}

	@BeforeEach
	void awaitSharing() {
		SOON.until(() -> replicas.stream().allMatch((replica) -> replica.shares(3)));
		sentry.forget();
	}

	@Test
	void overloadOverAllReplicasKeepsTheLimits() {
		try (Load load = new Load(replicas, KEY, OVERLOAD, 0)) {
			pause(WARM_UP);
			checkOverload("overload", load, 0.85, MEASURED);
		}
	}

	@Test
	void overloadOfOneReplicaKeepsTheLimits() {
		try (Load load = new Load(replicas.subList(0, 1), KEY, OVERLOAD, 0)) {
			pause(WARM_UP);
			checkOverload("overload of one replica", load, 0.80, MEASURED);
		}
	}

	private static void checkOverload(String name, Load load, double wanted, Duration duration) {
		long from = System.nanoTime();
		pause(duration);
		long to = System.nanoTime();
		load.end();
		double goodput = load.goodput(from, to, LimitedSentry.LIMIT);
		long rejected = Load.millis(load.samples().stream().filter(Sample::isRejected), 50);
		log("{}: goodput {} of the limit, {} at most in a second, {} at most at once, {} rejected by Sentry,"
				+ " rejections {} ms at the median, {}", name, percent(goodput), sentry.mostInASecond(METHOD),
				sentry.mostAtOnce(METHOD), sentry.rejected(METHOD), rejected, Load.ends(load.samples().stream()));
		checkLimits();
		// In the short form one of four windows may end too late.
		assertThat(goodput).as("goodput").isGreaterThanOrEqualTo(LONG ? wanted : wanted * 3 / 4);
		assertThat(rejected).as("median of rejections in ms").isLessThan(50);
		assertThat(load.falseClaims(sentry.rowsByAddress())).isEmpty();
	}

	private static void checkLimits() {
		assertThat(sentry.mostInASecond(METHOD)).as("most in a second").isLessThanOrEqualTo(LimitedSentry.LIMIT);
		assertThat(sentry.mostAtOnce(METHOD)).as("most at once").isLessThanOrEqualTo(LimitedSentry.CONCURRENT_LIMIT);
	}

	@Test
	void overloadWhenReplicaIsKilledAndReturnsKeepsTheLimits() {
		Duration third = MEASURED.dividedBy(3);
		Replica victim = replicas.get(1);
		try (Load load = new Load(replicas, KEY, OVERLOAD, 0);
				ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
			pause(WARM_UP);
			executor.execute(() -> {
				pause(third);
				victim.kill();
				pause(MEASURED.dividedBy(2).minus(third));
				victim.start();
			});
			checkOverload("overload, a replica killed at a third and back at half", load, 0.75, MEASURED);
			// Those that the replica was processing.
			assertThat(load.samples().stream().filter((sample) -> sample.result().equals(Load.LOST))).isNotEmpty();
		}
		victim.awaitReady();
	}

	@Test
	void keyAtAllReplicasAtTheSameInstantIsExecutedOnce() throws Exception {
		int keys = 200;
		List<List<HttpResponse<String>>> responses = new ArrayList<>();
		IntStream.range(0, keys).forEach((_) -> responses.add(List.of()));
		try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
			long start = System.nanoTime();
			for (int i = 0; i < keys; i++) {
				// Below Sentry's limit, so that none is rejected.
				LockSupport.parkNanos(start + i * 1_000_000_000L / 34 - System.nanoTime());
				int number = i;
				executor.execute(() -> responses.set(number, createEverywhere(number)));
			}
		}
		long conflicts = 0;
		long replays = 0;
		for (int i = 0; i < keys; i++) {
			HttpResponse<String> first = responses.get(i)
				.stream()
				.filter((response) -> response.statusCode() == 201 && !isReplay(response))
				.reduce((one, other) -> {
					throw new AssertionError("created twice: " + one.body() + " and " + other.body());
				})
				.orElseThrow();
			for (HttpResponse<String> response : responses.get(i)) {
				if (response.statusCode() == 409) {
					conflicts++;
					assertThat(response.body()).contains("idempotency-key-in-use");
				}
				else if (isReplay(response)) {
					replays++;
				}
				if (response.statusCode() != 409) {
					assertThat(response.statusCode()).isEqualTo(201);
					assertThat(response.body()).isEqualTo(first.body());
				}
			}
			HttpResponse<String> later = create(replicas.get(i % 3), i);
			assertThat(isReplay(later)).isTrue();
			assertThat(later.body()).isEqualTo(first.body());
		}
		log("{} keys at 3 replicas each: {} requests to Sentry, {} conflicts, {} replays", keys,
				sentry.arrivals(METHOD).size(), conflicts, replays);
		assertThat(sentry.arrivals(METHOD)).hasSize(keys);
		assertThat(sentry.creations()).hasSize(keys).allSatisfy((_, count) -> assertThat(count).isOne());
	}

	@Test
	void quotaHoldsOverAllReplicas() throws Exception {
		List<Future<String>> results = new ArrayList<>();
		try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
			for (int i = 0; i < 2 * QUOTA; i++) {
				int number = i;
				results.add(executor.submit(() -> readWithQuota(replicas.get(number % 3)).body()));
			}
		}
		long refused = 0;
		for (Future<String> result : results) {
			refused += result.get().contains("/problems/too-many-requests") ? 1 : 0;
		}
		assertThat(refused).isEqualTo(QUOTA);
		for (Replica replica : replicas) {
			HttpResponse<String> response = readWithQuota(replica);
			assertThat(response.headers().firstValueAsLong("Retry-After").orElse(0)).isBetween(1L, 60L);
			assertThat(response.headers().firstValue("RateLimit")).get().asString().contains(";r=0;");
		}
	}

	@Test
	void rollingStopUnderLoadLosesNoRequestAndLeavesNothingBehind() {
		try (Load load = new Load(replicas, KEY, 30, 2)) {
			for (int i = 0; i < (LONG ? 9 : 3); i++) {
				Replica replica = replicas.get(i % 3);
				replica.terminate();
				replica.awaitEnd();
				replica.start();
				replica.awaitReady();
			}
			load.end();
			log("rolling stop of three replicas at 30 requests per second: {}", Load.ends(load.samples().stream()));
			assertThat(load.samples()).allSatisfy((sample) -> assertThat(sample.result()).isEqualTo("created"));
			assertThat(load.falseClaims(sentry.rowsByAddress())).isEmpty();
			checkLimits();
		}
		SOON.untilAsserted(() -> {
			assertThat(names("lock")).isEmpty();
			assertThat(names("slots")).isEmpty();
			assertThat(names("key")).isNotEmpty()
				.allSatisfy((name) -> assertThat(redis.command("HGET", name, "state")).isEqualTo("done"));
		});
	}

	@Test
	void redisHoldsNoAddressNoKeyAndNoToken() {
		HttpResponse<String> created = create(replicas.get(0), 1_000);
		assertThat(created.statusCode()).isEqualTo(201);
		readWithQuota(replicas.get(1));
		StringBuilder content = new StringBuilder();
		for (String name : names("*")) {
			content.append(name).append('\n').append(switch (redis.command("TYPE", name)) {
				case "hash" -> redis.command("HGETALL", name);
				case "zset" -> redis.command("ZRANGE", name, "0", "-1", "WITHSCORES");
				default -> redis.command("GET", name);
			}).append('\n');
		}
		assertThat(content.toString()).contains("fingerprint", "response")
			.doesNotContain("example.com", "same-instant", "key-of-", LimitedSentry.TOKEN, KEY, LIMITED_KEY,
					"Location");
	}

	@ParameterizedTest
	@EnumSource
	void redisFailsUnderLoadKeepsLimitsAndTruth(Failure failure) {
		// Below its length the silence of a window weighs more than in the long form.
		Duration outage = SharedWindow.WINDOW.multipliedBy(LONG ? 18 : 4);
		double wanted = LONG ? 0.8 * 0.9 : 0.4 * 0.9;
		try (Load load = new Load(replicas, KEY, 3 * LimitedSentry.LIMIT, 4)) {
			pause(SharedWindow.WINDOW.multipliedBy(2));
			failure.begin(redis);
			long from = System.nanoTime();
			pause(outage);
			long to = System.nanoTime();
			failure.end(redis);
			double goodput = load.goodput(from, to, LimitedSentry.LIMIT);
			SOON.atMost(Duration.ofSeconds(5)).until(() -> replicas.stream().allMatch((replica) -> replica.shares(3)));
			long normal = System.nanoTime();
			// A Redis that is empty lets the first of them pass.
			Duration windows = SharedWindow.WINDOW.multipliedBy(3);
			pause(windows);
			load.end();
			List<Sample> refused = load.samples()
				.stream()
				.filter((sample) -> sample.result().equals("state-unavailable"))
				.toList();
			long slowest = Load.millis(refused.stream(), 95);
			double afterwards = load.goodput(normal, normal + windows.toNanos(), LimitedSentry.LIMIT);
			log("Redis {} for {} ms: goodput {} of the limit meanwhile, {} at most in a second, {} rejected by Sentry,"
					+ " state-unavailable after {} ms (95 %) and {} ms (all), normal {} ms later with goodput {}, {}",
					failure, outage.toMillis(), percent(goodput), sentry.mostInASecond(METHOD), sentry.rejected(METHOD),
					slowest, Load.millis(refused.stream(), 100), (normal - to) / 1_000_000, percent(afterwards),
					Load.ends(load.samples().stream()));
			checkLimits();
			assertThat(goodput).isGreaterThanOrEqualTo(wanted);
			assertThat(refused).allSatisfy((sample) -> assertThat(sample.key()).isNotNull());
			if (failure != Failure.EMPTIED) {
				assertThat(load.startedSince(from))
					.filteredOn((sample) -> sample.key() != null && sample.end() - to < 0)
					.extracting(Sample::result)
					.containsOnly("state-unavailable");
			}
			assertThat(refused.isEmpty()).isEqualTo(failure == Failure.EMPTIED);
			assertThat(slowest).isLessThan(500);
			// Meanwhile the full queue may admit no new request, but those in it are
			// sent.
			assertThat(load.startedSince(normal)).extracting(Sample::result).doesNotContain("state-unavailable");
			assertThat(afterwards).as("goodput afterwards").isGreaterThanOrEqualTo(wanted);
			assertThat(replicas)
				.allSatisfy((replica) -> assertThat(createWithNewKey(replica).statusCode()).isEqualTo(201));
			assertThat(load.falseClaims(sentry.rowsByAddress())).isEmpty();
		}
	}

	@Test
	void replicaCutOffFromRedisAddsAtMostItsShare() {
		try (Load load = new Load(replicas, KEY, 3 * LimitedSentry.LIMIT, 0)) {
			pause(SharedWindow.WINDOW.multipliedBy(2));
			forwarders.get(2).cut();
			pause(SharedWindow.WINDOW.multipliedBy(LONG ? 18 : 4));
			assertThat(replicas.get(2).metric("members_state_degraded")).isOne();
			assertThat(replicas.get(0).metric("members_state_degraded")).isZero();
			forwarders.get(2).mend();
			load.end();
			log("a replica cut off from Redis: {} at most in a second, {} rejected by Sentry, {}",
					sentry.mostInASecond(METHOD), sentry.rejected(METHOD), Load.ends(load.samples().stream()));
			assertThat(sentry.mostInASecond(METHOD)).isLessThanOrEqualTo(LimitedSentry.LIMIT + LimitedSentry.LIMIT / 3);
			assertThat(load.samples()).extracting(Sample::result).containsOnly("created", "busy");
			assertThat(load.falseClaims(sentry.rowsByAddress())).isEmpty();
		}
	}

	private static List<String> names(String kind) {
		return redis.command("KEYS", "{members:1}:" + kind + (kind.equals("*") ? "" : ":*"))
			.lines()
			.filter((name) -> !name.isEmpty())
			.toList();
	}

	private static HttpResponse<String> readWithQuota(Replica replica) {
		return ApiClient
			.send(ApiClient.request(replica.port(), "/members?count=1").header("X-API-Key", LIMITED_KEY).build());
	}

	private static List<HttpResponse<String>> createEverywhere(int number) {
		CountDownLatch ready = new CountDownLatch(replicas.size());
		Queue<HttpResponse<String>> responses = new ConcurrentLinkedQueue<>();
		try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
			replicas.forEach((replica) -> executor.execute(() -> {
				ready.countDown();
				await(ready);
				responses.add(create(replica, number));
			}));
		}
		return List.copyOf(responses);
	}

	private static HttpResponse<String> create(Replica replica, int number) {
		return create(replica, "same-instant-" + number);
	}

	private static HttpResponse<String> createWithNewKey(Replica replica) {
		return create(replica, "key-of-" + UUID.randomUUID());
	}

	private static HttpResponse<String> create(Replica replica, String key) {
		return ApiClient.send(ApiClient.request(replica.port(), "/members")
			.header("Content-Type", "application/json")
			.header("X-API-Key", KEY)
			.header("Idempotency-Key", key)
			.POST(BodyPublishers.ofString("{\"userName\":\"" + key + "@example.com\",\"sentryOrgRole\":\"member\"}"))
			.build());
	}

	private static boolean isReplay(HttpResponse<String> response) {
		return response.headers().firstValue("Idempotency-Replayed").isPresent();
	}

	private static void await(CountDownLatch latch) {
		try {
			assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			throw new AssertionError(ex);
		}
	}

	/** Lets the load go on for some time. */
	private static void pause(Duration duration) {
		LockSupport.parkNanos(duration.toNanos());
	}

	private static String percent(double share) {
		return "%.1f %%".formatted(100 * share);
	}

	private static void log(String format, Object... arguments) {
		logger.info(format, arguments);
	}

	/** How Redis fails. */
	enum Failure {

		KILLED {
			@Override
			void begin(RedisServer redis) {
				redis.kill();
			}

			@Override
			void end(RedisServer redis) {
				redis.restart();
			}
		},

		STOPPED {
			@Override
			void begin(RedisServer redis) {
				redis.pause();
			}

			@Override
			void end(RedisServer redis) {
				redis.resume();
			}
		},

		EMPTIED {
			@Override
			void begin(RedisServer redis) {
				redis.command("FLUSHALL");
			}

			@Override
			void end(RedisServer redis) {
				redis.command("FLUSHALL");
			}
		};

		abstract void begin(RedisServer redis);

		abstract void end(RedisServer redis);

	}

}
