package dev.memberproxy.fakesentry;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import dev.memberproxy.ApiClient;
import dev.memberproxy.fakesentry.FakeMember.State;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.logging.LoggingSystem;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * No response claims anything untrue, whatever fails between the service and Sentry.
 * Sends many concurrent requests for a few persons through random faults.
 * <p>
 * {@code -Dtruth.volume=10} sends ten times as many requests, {@code -Dtruth.seed}
 * selects other faults.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = { "management.server.port=0", "sentry.organization-slug=acme",
				"sentry.token=" + FaultySentry.TOKEN, "members.access=open", "sentry.connect-timeout=500ms",
				"sentry.read-timeout=" + TruthTests.READ_MILLIS + "ms",
				"sentry.deadline=" + TruthTests.DEADLINE_MILLIS + "ms", "sentry.pacing.requests-per-second=500",
				"sentry.pacing.max-concurrent=100", "logging.level.dev.memberproxy.problem=error" })
class TruthTests {

	static final int READ_MILLIS = 500;

	static final int DEADLINE_MILLIS = 3_000;

	private static final int VOLUME = Integer.getInteger("truth.volume", 1);

	private static final int REQUESTS = 400 * VOLUME;

	private static final long SEED = Long.getLong("truth.seed", 20_261_124L);

	private static final int CALLERS = 60;

	/** The callers until the JVM has compiled the code. */
	private static final int FIRST_CALLERS = 10;

	private static final int FIRST_REQUESTS = Math.min(300, REQUESTS / 8);

	private static final int REPEATS = 3;

	private static final List<History> HISTORIES = List.of(History.values());

	private static final List<String> ROLES = List.of("member", "manager", "admin");

	private static final Logger logger = LoggerFactory.getLogger(TruthTests.class);

	private static final FaultySentry sentry = new FaultySentry(SEED, Duration.ofMillis(READ_MILLIS));

	@LocalServerPort
	int port;

	private final Queue<String> falseClaims = new ConcurrentLinkedQueue<>();

	/** Requests that may have timed out without a drawn fault, on a busy machine. */
	private final Set<String> slow = ConcurrentHashMap.newKeySet();

	private final Queue<Received> received = new ConcurrentLinkedQueue<>();

	@DynamicPropertySource
	static void sentry(DynamicPropertyRegistry registry) {
		registry.add("sentry.base-url", sentry::baseUrl);
	}

	@AfterAll
	static void stop() {
		// Levels outlive the application that set them.
		LoggingSystem.get(TruthTests.class.getClassLoader()).setLogLevel("dev.memberproxy.problem", null);
		sentry.close();
	}

	@Test
	void createNeverClaimsAnythingUntrue() throws Exception {
		List<Intent> intents = IntStream.range(0, REQUESTS).mapToObj(Intent::draw).toList();
		intents.forEach(TruthTests::prepare);
		Semaphore callers = new Semaphore(FIRST_CALLERS);
		try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
			for (Intent intent : intents) {
				if (intent.number() == FIRST_REQUESTS) {
					callers.release(CALLERS - FIRST_CALLERS);
				}
				callers.acquire();
				executor.execute(() -> {
					try {
						pursue(intent);
					}
					catch (RuntimeException | AssertionError ex) {
						this.falseClaims.add(intent.tag() + " " + ex);
					}
					finally {
						callers.release();
					}
				});
			}
		}
		sentry.awaitLateCommits();
		this.received.forEach(this::checkInTheEnd);
		Map<String, Long> ends = this.received.stream()
			.collect(Collectors.groupingBy(Received::end, TreeMap::new, Collectors.counting()));
		logger.info("{} responses to {} requests, seed {}: {}", this.received.size(), REQUESTS, SEED, ends);
		assertThat(this.falseClaims).isEmpty();
		assertThat(this.received).hasSizeGreaterThanOrEqualTo(REQUESTS);
		assertThat(sentry.rowsByAddress().values()).allSatisfy((rows) -> assertThat(rows).isEqualTo(1));
		assertThat(ends).containsKeys("created", "reconciled", "member-already-invited", "outcome-unknown",
				"sentry-misconfigured");
		if (VOLUME >= 10) {
			assertThat(ends).containsKey("member-exists");
			assertThat(ends.get("outcome-unknown")).as("unknown ends").isLessThan(this.received.size() / 10);
		}
	}

	/** One in three uses a key, and retries with it while the outcome is unknown. */
	private void pursue(Intent intent) {
		Received last = send(intent);
		for (int i = 0; i < REPEATS && intent.key() != null && last.isUnknown(); i++) {
			last = send(intent);
		}
		if (intent.key() != null && last.isFinal()) {
			Received replayed = send(intent);
			if (!replayed.response().body().equals(last.response().body())) {
				this.falseClaims.add(intent.tag() + " got another response when repeated");
			}
		}
	}

	private Received send(Intent intent) {
		HttpRequest.Builder request = ApiClient.request(this.port, "/members")
			.header("Content-Type", "application/json")
			.POST(BodyPublishers.ofString(intent.body()));
		if (intent.key() != null) {
			request.header("Idempotency-Key", intent.key());
		}
		long start = System.nanoTime();
		HttpResponse<String> response = ApiClient.send(request.build());
		Duration elapsed = Duration.ofNanos(System.nanoTime() - start);
		Received latest = new Received(intent, response);
		this.received.add(latest);
		if (elapsed.toMillis() >= READ_MILLIS) {
			this.slow.add(intent.tag());
		}
		if (elapsed.toMillis() > DEADLINE_MILLIS + 1_000) {
			this.falseClaims.add(intent.tag() + " took " + elapsed);
		}
		if (latest.isSuccess()) {
			checkSuccess(intent, latest);
		}
		return latest;
	}

	private void checkSuccess(Intent intent, Received response) {
		long id = Long.parseLong(response.json().path("id").stringValue(""));
		FakeMember member = sentry.organization().get(id).orElse(null);
		if (member == null || !member.userName().equals(intent.address())
				|| (intent.role() != null && !intent.role().equals(member.role()))) {
			this.falseClaims.add(intent.tag() + " got " + response.end() + " but Sentry has " + member);
		}
	}

	private void checkInTheEnd(Received response) {
		String tag = response.intent().tag();
		switch (response.outcome()) {
			case "success" -> {
			}
			case "not_applied" -> {
				if (sentry.hasApplied(tag)) {
					this.falseClaims.add(tag + " ended as " + response.end() + ", not applied, but it was");
				}
			}
			case "unknown" -> {
				if (!sentry.isAmbiguous(tag) && !this.slow.contains(tag)
						&& !response.end().equals("idempotency-key-in-use")) {
					this.falseClaims.add(tag + " ended as " + response.end() + ", unknown, without a reason");
				}
			}
			default -> this.falseClaims.add(tag + " has outcome " + response.outcome());
		}
	}

	private static void prepare(Intent intent) {
		switch (intent.history()) {
			case NONE -> {
			}
			case REQUESTED -> sentry.organization().ensure(intent.address(), State.REQUESTED);
			case INVITED -> sentry.organization().ensure(intent.address(), State.INVITED);
			case JOINED -> sentry.organization().ensure(intent.address(), State.JOINED);
			case SECOND -> sentry.organization().ensure("first." + intent.address(), State.JOINED, intent.address());
		}
	}

	/** The state of a person in Sentry before the request. */
	private enum History {

		NONE, REQUESTED, INVITED, JOINED, SECOND

	}

	/** What a caller requests. */
	private record Intent(int number, String address, @Nullable String role, @Nullable String key, History history) {

		static Intent draw(int number) {
			SplittableRandom random = new SplittableRandom(SEED + number);
			int person = random.nextInt(Math.max(1, REQUESTS * 2 / 3));
			History history = (person % 10 == 0) ? HISTORIES.get(person / 10 % HISTORIES.size()) : History.NONE;
			String role = switch (random.nextInt(8)) {
				case 0 -> null;
				case 1 -> ROLES.get(random.nextInt(ROLES.size()));
				default -> ROLES.get(person % ROLES.size());
			};
			return new Intent(number, "p" + person + "+x'y@example.com", role,
					(random.nextInt(3) == 0) ? "key-" + number : null, history);
		}

		String tag() {
			return "t" + this.number;
		}

		String body() {
			return "{\"userName\":\"" + this.address + "\",\"sentryOrgRole\":"
					+ ((this.role != null) ? "\"" + this.role + "\"" : "null") + ",\"externalId\":\"" + tag() + "\"}";
		}

	}

	/** The response that the caller got. */
	private record Received(Intent intent, HttpResponse<String> response) {

		JsonNode json() {
			return ApiClient.json(this.response);
		}

		boolean isSuccess() {
			return this.response.statusCode() < 300;
		}

		boolean isUnknown() {
			return outcome().equals("unknown");
		}

		boolean isFinal() {
			return isSuccess() || (this.response.statusCode() < 500 && !json().path("retryable").booleanValue());
		}

		String outcome() {
			return isSuccess() ? "success" : json().path("outcome").stringValue("");
		}

		String end() {
			return isSuccess() ? this.response.headers().firstValue("Members-Outcome").orElse("")
					: json().path("type").stringValue("").replace("/problems/", "");
		}

	}

}
