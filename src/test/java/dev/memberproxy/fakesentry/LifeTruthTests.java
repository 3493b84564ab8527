package dev.memberproxy.fakesentry;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;

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
 * No response claims anything untrue, whatever is done with members and whatever fails.
 * Each person goes through random operations, one after the other. Every response is
 * compared with the state in Sentry before the request, at the response, and after all
 * late changes.
 * <p>
 * {@code -Dtruth.volume=10} makes ten times as many operations, {@code -Dtruth.seed}
 * selects other ones.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = { "management.server.port=0", "sentry.organization-slug=acme",
				"sentry.token=" + FaultySentry.TOKEN, "members.access=open", "sentry.connect-timeout=500ms",
				"sentry.read-timeout=" + LifeTruthTests.READ_MILLIS + "ms", "sentry.deadline=3s",
				"sentry.pacing.requests-per-second=500", "sentry.pacing.max-concurrent=100",
				"logging.level.dev.memberproxy.problem=error", "logging.level.audit=warn" })
class LifeTruthTests {

	static final int READ_MILLIS = 500;

	private static final int VOLUME = Integer.getInteger("truth.volume", 1);

	private static final int OPERATIONS = 6 * VOLUME;

	private static final long SEED = Long.getLong("truth.seed", 20_261_124L);

	private static final int PERSONS = 60;

	private static final List<String> ROLES = List.of("member", "manager", "admin");

	private static final List<Operation> ALL = List.of(Operation.values());

	private static final Logger logger = LoggerFactory.getLogger(LifeTruthTests.class);

	private static final FaultySentry sentry = new FaultySentry(SEED, Duration.ofMillis(READ_MILLIS));

	@LocalServerPort
	int port;

	private final Queue<String> falseClaims = new ConcurrentLinkedQueue<>();

	private final Queue<String> ends = new ConcurrentLinkedQueue<>();

	@DynamicPropertySource
	static void sentry(DynamicPropertyRegistry registry) {
		registry.add("sentry.base-url", sentry::baseUrl);
	}

	@AfterAll
	static void stop() {
		// Levels outlive the application that set them.
		LoggingSystem logging = LoggingSystem.get(LifeTruthTests.class.getClassLoader());
		logging.setLogLevel("dev.memberproxy.problem", null);
		logging.setLogLevel("audit", null);
		sentry.close();
	}

	@Test
	void operationNeverClaimsAnythingUntrue() {
		try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
			for (int i = 0; i < PERSONS; i++) {
				int person = i;
				executor.execute(() -> live(person));
			}
		}
		TreeMap<String, Long> counts = this.ends.stream()
			.collect(Collectors.groupingBy((end) -> end, TreeMap::new, Collectors.counting()));
		logger.info("{} operations, seed {}: {}", this.ends.size(), SEED, counts);
		assertThat(this.falseClaims).isEmpty();
		assertThat(this.ends).hasSize(PERSONS * OPERATIONS);
		assertThat(counts).containsKeys("created", "reconciled", "updated", "unchanged", "deleted", "would-create",
				"would-update", "would-delete", "found", "member-not-found");
		if (VOLUME >= 10) {
			assertThat(counts).containsKeys("member-exists", "member-already-invited", "member-protected",
					"outcome-unknown", "sentry-misconfigured");
			assertThat(counts.get("outcome-unknown")).as("unknown ends").isLessThan(this.ends.size() / 10);
		}
	}

	private void live(int person) {
		SplittableRandom random = new SplittableRandom(SEED + person);
		String address = (person == 0) ? "owner@example.com" : "p" + person + "@example.com";
		if (person % 3 == 1) {
			sentry.organization().ensure(address, State.JOINED);
		}
		String id = "1";
		for (int i = 0; i < OPERATIONS; i++) {
			id = state(address).map(FakeMember::id).map(String::valueOf).orElse(id);
			Operation operation = ALL.get(random.nextInt(ALL.size()));
			String role = (operation.needsRole() || random.nextBoolean()) ? ROLES.get(random.nextInt(ROLES.size()))
					: null;
			try {
				perform(new Step(operation, address, id, role));
			}
			catch (RuntimeException | AssertionError ex) {
				this.falseClaims.add(address + " " + operation + " " + ex);
			}
		}
	}

	private void perform(Step step) {
		sentry.forget(step.address());
		Optional<FakeMember> before = state(step.address());
		long start = System.nanoTime();
		HttpResponse<String> response = ApiClient.send(step.request(this.port));
		boolean slow = Duration.ofNanos(System.nanoTime() - start).toMillis() >= READ_MILLIS;
		Optional<FakeMember> now = state(step.address());
		sentry.awaitLateCommits(step.address());
		Optional<FakeMember> after = state(step.address());
		Received received = new Received(step, response);
		this.ends.add(received.end());
		boolean ambiguous = sentry.isAmbiguous(step.address()) || slow;
		if (!isTrue(received, before, now, after, ambiguous)) {
			this.falseClaims.add(step + " ended as " + received.end() + "; Sentry had " + before + ", then " + now
					+ ", in the end " + after + "; " + response.body());
		}
		if (step.operation().isReadOnly() && sentry.hasApplied(step.address())) {
			this.falseClaims.add(step + " changed something");
		}
	}

	private static boolean isTrue(Received received, Optional<FakeMember> before, Optional<FakeMember> now,
			Optional<FakeMember> after, boolean ambiguous) {
		String role = received.step().role();
		boolean asRequested = now.isPresent() && (role == null || role.equals(now.get().role()));
		boolean untouched = before.equals(after);
		return switch (received.end()) {
			case "created" -> before.isEmpty() && asRequested && received.shows(now);
			case "reconciled" -> asRequested && received.shows(now) && ambiguous;
			case "updated" -> before.isPresent() && asRequested && received.shows(now);
			case "unchanged" -> asRequested && received.shows(now) && untouched;
			case "deleted" -> before.isPresent() && now.isEmpty();
			case "would-create" -> before.isEmpty() && untouched;
			case "would-update" -> before.isPresent() && !asRequested && untouched;
			case "would-delete" -> before.isPresent() && received.shows(before) && untouched;
			case "found" -> received.shows(before) && untouched;
			case "member-not-found" -> before.isEmpty() && untouched;
			case "member-exists", "member-already-invited" -> before.isPresent() && untouched;
			case "member-protected" -> before.orElseThrow().isOwner() && untouched;
			case "outcome-unknown" ->
				received.outcome().equals("unknown") && ambiguous && !received.step().operation().isReadOnly();
			// A proxy or gateway responded to a read, or to a change that may have been
			// made.
			case "sentry-misconfigured" -> received.outcome().equals("not_applied") ? untouched
					: received.outcome().equals("unknown") && ambiguous && !received.step().operation().isReadOnly();
			// Nothing was changed, and the reason is on the way to Sentry.
			case "sentry-unavailable", "rate-limited-by-sentry", "busy" ->
				received.outcome().equals("not_applied") && untouched;
			default -> false;
		};
	}

	private static Optional<FakeMember> state(String address) {
		return sentry.organization().list(address).stream().findFirst();
	}

	private enum Operation {

		CREATE, ENSURE, CHANGE_BY_ADDRESS, CHANGE_BY_ID, REMOVE_BY_ADDRESS, REMOVE_BY_ID, READ_BY_ADDRESS, READ_BY_ID,
		PLAN_CREATION, PLAN_ENSURING, PLAN_CHANGE, PLAN_REMOVAL;

		boolean isReadOnly() {
			return name().startsWith("READ") || name().startsWith("PLAN");
		}

		boolean needsRole() {
			return name().contains("CHANGE");
		}

	}

	/** One request of a caller. */
	private record Step(Operation operation, String address, String id, @Nullable String role) {

		HttpRequest request(int port) {
			String path = "/members/" + (this.operation.name().endsWith("ID") ? this.id : this.address);
			return switch (this.operation) {
				case CREATE -> send(port, "POST", "/members");
				case PLAN_CREATION -> send(port, "POST", "/members?dryRun=true");
				case ENSURE -> send(port, "PUT", path);
				case PLAN_ENSURING -> send(port, "PUT", path + "?dryRun=true");
				case CHANGE_BY_ADDRESS, CHANGE_BY_ID -> send(port, "PATCH", path);
				case PLAN_CHANGE -> send(port, "PATCH", path + "?dryRun=true");
				case REMOVE_BY_ADDRESS, REMOVE_BY_ID -> ApiClient.request(port, path).DELETE().build();
				case PLAN_REMOVAL -> ApiClient.request(port, path + "?dryRun=true").DELETE().build();
				case READ_BY_ADDRESS, READ_BY_ID -> ApiClient.request(port, path).GET().build();
			};
		}

		private HttpRequest send(int port, String method, String path) {
			String quoted = (this.role != null) ? "\"" + this.role + "\"" : "null";
			String body = method.equals("PATCH") ? "{\"sentryOrgRole\":" + quoted + "}" : "{\"userName\":\""
					+ this.address + "\",\"sentryOrgRole\":" + quoted + ",\"externalId\":\"" + this.address + "\"}";
			return ApiClient.request(port, path)
				.header("Content-Type", "application/json")
				.method(method, BodyPublishers.ofString(body))
				.build();
		}

	}

	/** The response that the caller got. */
	private record Received(Step step, HttpResponse<String> response) {

		boolean shows(Optional<FakeMember> member) {
			JsonNode json = ApiClient.json(this.response);
			return member.isPresent() && json.path("id").stringValue("").equals(String.valueOf(member.get().id()))
					&& json.path("sentryOrgRole").stringValue("").equals(member.get().role())
					&& json.path("userName").stringValue("").equals(member.get().userName());
		}

		String outcome() {
			return ApiClient.json(this.response).path("outcome").stringValue("");
		}

		String end() {
			if (this.response.statusCode() < 300) {
				return this.response.headers().firstValue("Members-Outcome").orElse("found");
			}
			return ApiClient.json(this.response).path("type").stringValue("").replace("/problems/", "");
		}

	}

}
