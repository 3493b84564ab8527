package dev.memberproxy.idempotency;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.memberproxy.core.SharedStateException;
import dev.memberproxy.idempotency.KeyClaim.Action;
import dev.memberproxy.problem.Outcome;
import dev.memberproxy.problem.Problem;
import dev.memberproxy.problem.ProblemException;
import dev.memberproxy.problem.ProblemType;
import dev.memberproxy.problem.RenderedResponse;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

@ExtendWith(OutputCaptureExtension.class)
class IdempotencyTests {

	private static final String REPLAYED = "Idempotency-Replayed";

	private static final IdempotencyKey KEY = new IdempotencyKey("client", "key");

	private static final Fingerprint FINGERPRINT = Fingerprint.of("one");

	private static final Fingerprint OTHER_FINGERPRINT = Fingerprint.of("other");

	private static final Duration DEADLINE = Duration.ofSeconds(20);

	private static final RenderedResponse DONE = RenderedResponse.of(HttpStatus.OK, bytes("done"));

	private final FailingStore store = new FailingStore(
			new InMemoryIdempotencyStore(Duration.ofHours(24), 100, Ticker.systemTicker()));

	private final Idempotency idempotency = new Idempotency(this.store, new SimpleMeterRegistry());

	/** One element for each time that an action ran: whether it was to resume. */
	private final List<Boolean> runs = new ArrayList<>();

	@ParameterizedTest
	@ValueSource(ints = { 200, 201, 204 })
	void executeWhenRequestSucceededReplaysResponse(int status) {
		RenderedResponse response = RenderedResponse.of(HttpStatus.valueOf(status), bytes((status != 204) ? "{}" : ""))
			.with(HttpHeaders.LOCATION, "/members/1")
			.with("Members-Outcome", "created");
		assertThat(execute(response)).isSameAs(response);
		assertReplayed(response);
		assertReplayed(response);
		assertThat(this.runs).containsExactly(false);
	}

	@Test
	void executeWhenKeysDifferRunsEach() {
		execute(RenderedResponse.of(HttpStatus.OK, bytes("one")));
		assertThat(execute(new IdempotencyKey("client", "other-key"), FINGERPRINT, ending(DONE))).isSameAs(DONE);
		assertThat(this.runs).containsExactly(false, false);
	}

	@ParameterizedTest
	@EnumSource(names = { "MEMBER_EXISTS", "MEMBER_ALREADY_INVITED", "ROLE_NOT_AVAILABLE", "REJECTED_BY_SENTRY" })
	void executeWhenRetryWouldFailTheSameWayReplaysProblem(ProblemType type) {
		RenderedResponse response = response(Problem.of(type, "A detail."));
		assertThat(execute(response)).isSameAs(response);
		assertReplayed(response);
		assertReplayed(response);
		assertThat(this.runs).containsExactly(false);
	}

	@ParameterizedTest
	@EnumSource(names = { "BUSY", "TOO_MANY_REQUESTS", "RATE_LIMITED_BY_SENTRY", "SENTRY_CREDENTIALS_REFUSED",
			"SENTRY_MISCONFIGURED", "SENTRY_UNAVAILABLE" })
	void executeWhenRetryMaySucceedStartsAnew(ProblemType type) {
		RenderedResponse response = response(Problem.of(type, "A detail.").withRetryAfter(Duration.ofSeconds(3)));
		assertThat(execute(response)).isSameAs(response);
		assertThat(execute(response)).isSameAs(response);
		assertThat(execute(DONE)).isSameAs(DONE);
		assertReplayed(DONE);
		assertThat(this.runs).containsExactly(false, false, false);
	}

	@Test
	void executeWhenNothingWasChangedFreesKey() {
		execute(response(Problem.of(ProblemType.BUSY, "A detail.")));
		assertThat(execute(KEY, OTHER_FINGERPRINT, ending(DONE))).isSameAs(DONE);
		assertThat(this.runs).containsExactly(false, false);
	}

	@ParameterizedTest
	@EnumSource(names = { "OUTCOME_UNKNOWN", "INTERNAL_ERROR", "SENTRY_MISCONFIGURED", "MEMBER_EXISTS", "BUSY" })
	void executeWhenOutcomeIsUnknownResumes(ProblemType type) {
		RenderedResponse response = response(Problem.of(type, "A detail.").withOutcome(Outcome.UNKNOWN));
		assertThat(execute(response)).isSameAs(response);
		assertThat(execute(response)).isSameAs(response);
		assertReused(refusal(OTHER_FINGERPRINT));
		assertThat(execute(DONE)).isSameAs(DONE);
		assertReplayed(DONE);
		assertThat(this.runs).containsExactly(false, true, true);
	}

	@Test
	void executeWhenActionThrowsResumes() {
		assertThrown(new IllegalStateException("thrown by the test"));
		assertThrown(new AssertionError("thrown by the test"));
		assertThrown(new ProblemException(Problem.of(ProblemType.BUSY, "A detail.")));
		assertThat(execute(DONE)).isSameAs(DONE);
		assertThat(this.runs).containsExactly(false, true, true, true);
	}

	@Test
	void executeWhenActionAndStoreThrowThrowsThatOfAction() {
		this.store.failures = 1;
		assertThrown(new IllegalStateException("thrown by the test"));
		assertThat(refusal(FINGERPRINT).type()).isEqualTo(ProblemType.IDEMPOTENCY_KEY_IN_USE);
	}

	@Test
	void executeWhenResponseCannotBeStoredReturnsItAndResumes(CapturedOutput output) {
		this.store.failures = 1;
		RenderedResponse created = RenderedResponse.of(HttpStatus.CREATED, bytes("created"));
		assertThat(execute(created)).isSameAs(created);
		assertThat(execute(DONE)).isSameAs(DONE);
		assertThat(this.runs).containsExactly(false, true);
		assertLoggedOnce(output);
	}

	@ParameterizedTest
	@EnumSource(names = { "MEMBER_EXISTS", "OUTCOME_UNKNOWN", "BUSY" })
	void executeWhenStoreIsDownReturnsResponse(ProblemType type, CapturedOutput output) {
		this.store.failures = 2;
		RenderedResponse response = response(Problem.of(type, "A detail."));
		assertThat(execute(response)).isSameAs(response);
		assertLoggedOnce(output);
	}

	@Test
	void giveUpFreesANewKeyAndKeepsAnOpenOneOpen() {
		this.idempotency.claim(KEY, FINGERPRINT, DEADLINE).giveUp();
		execute(response(Problem.of(ProblemType.OUTCOME_UNKNOWN, "A detail.")));
		this.idempotency.claim(KEY, FINGERPRINT, DEADLINE).giveUp();
		assertThat(execute(DONE)).isSameAs(DONE);
		this.idempotency.claim(KEY, FINGERPRINT, DEADLINE).giveUp();
		assertReplayed(DONE);
		assertThat(this.runs).containsExactly(false, true);
	}

	@Test
	void claimWhenKeysCannotBeReachedIsStateUnavailable() {
		this.store.unreachable = true;
		Problem problem = refusal(FINGERPRINT);
		assertThat(problem.type()).isEqualTo(ProblemType.STATE_UNAVAILABLE);
		assertThat(problem.status()).isEqualTo(HttpStatus.SERVICE_UNAVAILABLE);
		assertThat(problem.outcome()).isEqualTo(Outcome.NOT_APPLIED);
		assertThat(problem.headers().get(HttpHeaders.RETRY_AFTER)).containsExactly("1");
		assertThat(this.runs).isEmpty();
	}

	@Test
	void executeWhenSameRequestIsInProgressIsRejected() {
		AtomicReference<Problem> meanwhile = new AtomicReference<>();
		execute(KEY, FINGERPRINT, (resumed) -> {
			meanwhile.set(refusal(FINGERPRINT));
			return ending(DONE).perform(resumed);
		});
		Problem problem = meanwhile.get();
		assertThat(problem.type()).isEqualTo(ProblemType.IDEMPOTENCY_KEY_IN_USE);
		assertThat(problem.status()).isEqualTo(HttpStatus.CONFLICT);
		assertThat(problem.outcome()).isEqualTo(Outcome.UNKNOWN);
		assertThat(problem.headers().get(HttpHeaders.RETRY_AFTER)).containsExactly("1");
		assertReplayed(DONE);
		assertThat(this.runs).containsExactly(false);
	}

	@Test
	void executeWhenAnotherRequestHasKeyIsRejected() {
		AtomicReference<Problem> meanwhile = new AtomicReference<>();
		execute(KEY, FINGERPRINT, (resumed) -> {
			meanwhile.set(refusal(OTHER_FINGERPRINT));
			return ending(DONE).perform(resumed);
		});
		assertReused(meanwhile.get());
		assertReused(refusal(OTHER_FINGERPRINT));
		assertThat(this.runs).containsExactly(false);
	}

	private RenderedResponse execute(RenderedResponse response) {
		return execute(KEY, FINGERPRINT, ending(response));
	}

	private RenderedResponse execute(IdempotencyKey key, Fingerprint fingerprint, Action action) {
		return this.idempotency.claim(key, fingerprint, DEADLINE).execute(action);
	}

	private Action ending(RenderedResponse response) {
		return (resumed) -> {
			this.runs.add(resumed);
			return response;
		};
	}

	private void assertThrown(Throwable thrown) {
		assertThatExceptionOfType(Throwable.class).isThrownBy(() -> execute(KEY, FINGERPRINT, (resumed) -> {
			this.runs.add(resumed);
			if (thrown instanceof Error error) {
				throw error;
			}
			throw (RuntimeException) thrown;
		})).isSameAs(thrown);
	}

	private void assertReplayed(RenderedResponse first) {
		RenderedResponse again = execute(RenderedResponse.of(HttpStatus.OK, bytes("must not run")));
		assertThat(again.status()).isEqualTo(first.status());
		assertThat(again.body()).isEqualTo(first.body());
		assertThat(again.problem()).isNull();
		Map<String, String> expected = new HashMap<>(first.headers());
		expected.put(REPLAYED, "true");
		assertThat(again.headers()).isEqualTo(expected);
		assertThat(first.headers()).doesNotContainKey(REPLAYED);
	}

	/** The problem of a request that must not run. */
	private Problem refusal(Fingerprint fingerprint) {
		ProblemException refusal = catchThrowableOfType(ProblemException.class,
				() -> execute(KEY, fingerprint, ending(DONE)));
		assertThat(refusal).isNotNull();
		return refusal.getProblem();
	}

	private static void assertReused(Problem problem) {
		assertThat(problem.type()).isEqualTo(ProblemType.IDEMPOTENCY_KEY_REUSED);
		assertThat(problem.status()).isEqualTo(HttpStatus.UNPROCESSABLE_CONTENT);
		assertThat(problem.outcome()).isEqualTo(Outcome.NOT_APPLIED);
	}

	private static void assertLoggedOnce(CapturedOutput output) {
		assertThat(output.getAll()
			.lines()
			.filter((line) -> line.contains(KeyClaim.class.getSimpleName()))
			.filter((line) -> line.contains(" WARN "))).singleElement().asString().contains(KEY.digest());
	}

	private static RenderedResponse response(Problem problem) {
		return new RenderedResponse(problem.status(), problem.headers().toSingleValueMap(),
				bytes("{\"detail\":\"" + problem.detail() + "\"}"), problem);
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	/** A store that fails to end claims for a while. */
	private static final class FailingStore implements IdempotencyStore {

		private final IdempotencyStore delegate;

		private int failures;

		private boolean unreachable;

		FailingStore(IdempotencyStore delegate) {
			this.delegate = delegate;
		}

		@Override
		public CompletableFuture<Claim> claim(IdempotencyKey key, Fingerprint fingerprint, Duration deadline) {
			if (this.unreachable) {
				return CompletableFuture
					.failedFuture(new SharedStateException("thrown by the test", new IllegalStateException()));
			}
			return this.delegate.claim(key, fingerprint, deadline);
		}

		@Override
		public void keep(IdempotencyKey key, String owner, RenderedResponse response) {
			failFirst();
			this.delegate.keep(key, owner, response);
		}

		@Override
		public void leaveOpen(IdempotencyKey key, String owner) {
			failFirst();
			this.delegate.leaveOpen(key, owner);
		}

		@Override
		public void release(IdempotencyKey key, String owner) {
			failFirst();
			this.delegate.release(key, owner);
		}

		private void failFirst() {
			if (this.failures-- > 0) {
				throw new IllegalStateException("The store is not available");
			}
		}

	}

}
