package dev.memberproxy.idempotency;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.memberproxy.idempotency.Idempotency.Action;
import dev.memberproxy.idempotency.Idempotency.End;
import dev.memberproxy.problem.RenderedResponse;
import dev.memberproxy.problem.Outcome;
import dev.memberproxy.problem.Problem;
import dev.memberproxy.problem.ProblemException;
import dev.memberproxy.problem.ProblemType;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

class IdempotencyTests {

	private static final String REPLAYED = "Idempotency-Replayed";

	private static final IdempotencyKey KEY = new IdempotencyKey("client", "key");

	private static final Fingerprint FINGERPRINT = Fingerprint.of("one");

	private static final Fingerprint OTHER_FINGERPRINT = Fingerprint.of("other");

	private final Idempotency idempotency = new Idempotency(
			new InProcessStore(Duration.ofHours(24), 100, Ticker.systemTicker()), new SimpleMeterRegistry());

	/** One element for each time that an action ran: whether it was told to resume. */
	private final List<Boolean> runs = new ArrayList<>();

	@ParameterizedTest
	@ValueSource(ints = { 200, 201 })
	void onceWhenRequestSucceededReplaysItsAnswer(int status) {
		RenderedResponse answer = RenderedResponse.of(HttpStatus.valueOf(status), bytes("{\"id\":\"1\"}"))
			.with(HttpHeaders.LOCATION, "/members/1")
			.with("Members-Outcome", "created");
		assertThat(once(End.success(answer))).isSameAs(answer);
		assertReplayed(answer);
		assertReplayed(answer);
		assertThat(this.runs).containsExactly(false);
	}

	@Test
	void onceWhenKeysDifferRunsEach() {
		once(End.success(RenderedResponse.of(HttpStatus.OK, bytes("one"))));
		RenderedResponse answer = RenderedResponse.of(HttpStatus.OK, bytes("two"));
		assertThat(this.idempotency.once(new IdempotencyKey("client", "other-key"), FINGERPRINT,
				ending(End.success(answer))))
			.isSameAs(answer);
		assertThat(this.runs).containsExactly(false, false);
	}

	@ParameterizedTest
	@EnumSource(names = { "MEMBER_EXISTS", "MEMBER_ALREADY_INVITED", "ROLE_NOT_AVAILABLE", "REJECTED_BY_SENTRY" })
	void onceWhenRequestWasRefusedForGoodReplaysItsAnswer(ProblemType type) {
		Problem problem = Problem.of(type, "So it is.");
		RenderedResponse answer = answer(problem);
		assertThat(once(End.problem(problem, answer))).isSameAs(answer);
		assertReplayed(answer);
		assertReplayed(answer);
		assertThat(this.runs).containsExactly(false);
	}

	@ParameterizedTest
	@EnumSource(names = { "BUSY", "TOO_MANY_REQUESTS", "RATE_LIMITED_BY_SENTRY", "SENTRY_CREDENTIALS_REFUSED",
			"SENTRY_MISCONFIGURED", "SENTRY_UNAVAILABLE" })
	void onceWhenRequestChangedNothingAndMayEndOtherwiseStartsAnew(ProblemType type) {
		Problem problem = Problem.of(type, "So it is.").withRetryAfter(Duration.ofSeconds(3));
		RenderedResponse answer = answer(problem);
		assertThat(once(End.problem(problem, answer))).isSameAs(answer);
		assertThat(once(End.problem(problem, answer))).isSameAs(answer);
		RenderedResponse success = RenderedResponse.of(HttpStatus.OK, bytes("done"));
		assertThat(once(End.success(success))).isSameAs(success);
		assertReplayed(success);
		assertThat(this.runs).containsExactly(false, false, false);
	}

	@Test
	void onceWhenRequestChangedNothingFreesKeyForAnotherRequest() {
		Problem problem = Problem.of(ProblemType.BUSY, "So it is.");
		once(End.problem(problem, answer(problem)));
		RenderedResponse answer = RenderedResponse.of(HttpStatus.OK, bytes("other"));
		assertThat(this.idempotency.once(KEY, OTHER_FINGERPRINT, ending(End.success(answer)))).isSameAs(answer);
		assertThat(this.runs).containsExactly(false, false);
	}

	@ParameterizedTest
	@EnumSource(names = { "OUTCOME_UNKNOWN", "INTERNAL_ERROR", "SENTRY_MISCONFIGURED", "MEMBER_EXISTS", "BUSY" })
	void onceWhenOutcomeIsUnknownResumesUntilItIsKnown(ProblemType type) {
		Problem problem = Problem.of(type, "Nobody knows.").withOutcome(Outcome.UNKNOWN);
		RenderedResponse answer = answer(problem);
		assertThat(once(End.problem(problem, answer))).isSameAs(answer);
		assertThat(once(End.problem(problem, answer))).isSameAs(answer);
		RenderedResponse success = RenderedResponse.of(HttpStatus.OK, bytes("done"));
		assertThat(once(End.success(success))).isSameAs(success);
		assertReplayed(success);
		assertThat(this.runs).containsExactly(false, true, true);
	}

	@Test
	void onceWhenOutcomeIsUnknownKeepsKeyFromAnotherRequest() {
		Problem problem = Problem.of(ProblemType.OUTCOME_UNKNOWN, "Nobody knows.");
		once(End.problem(problem, answer(problem)));
		assertThat(refusal(OTHER_FINGERPRINT).type()).isEqualTo(ProblemType.IDEMPOTENCY_KEY_REUSED);
		assertThat(this.runs).containsExactly(false);
	}

	@Test
	void onceWhenActionThrowsResumes() {
		assertThrown(new IllegalStateException("thrown by the test"));
		assertThrown(new AssertionError("thrown by the test"));
		assertThrown(new ProblemException(Problem.of(ProblemType.BUSY, "So it is.")));
		RenderedResponse success = RenderedResponse.of(HttpStatus.OK, bytes("done"));
		assertThat(once(End.success(success))).isSameAs(success);
		assertThat(this.runs).containsExactly(false, true, true, true);
	}

	@Test
	void onceWhenSameRequestIsRunningRefusesUntilItHasEnded() {
		RenderedResponse answer = RenderedResponse.of(HttpStatus.OK, bytes("done"));
		AtomicReference<Problem> meanwhile = new AtomicReference<>();
		this.idempotency.once(KEY, FINGERPRINT, (resumed) -> {
			meanwhile.set(refusal(FINGERPRINT));
			return ending(End.success(answer)).perform(resumed);
		});
		Problem problem = meanwhile.get();
		assertThat(problem.type()).isEqualTo(ProblemType.IDEMPOTENCY_KEY_IN_USE);
		assertThat(problem.status()).isEqualTo(HttpStatus.CONFLICT);
		assertThat(problem.outcome()).isEqualTo(Outcome.UNKNOWN);
		assertThat(problem.headers().get(HttpHeaders.RETRY_AFTER)).containsExactly("1");
		assertReplayed(answer);
		assertThat(this.runs).containsExactly(false);
	}

	@Test
	void onceWhenAnotherRequestIsRunningRefuses() {
		AtomicReference<Problem> meanwhile = new AtomicReference<>();
		this.idempotency.once(KEY, FINGERPRINT, (resumed) -> {
			meanwhile.set(refusal(OTHER_FINGERPRINT));
			return ending(End.success(RenderedResponse.of(HttpStatus.OK, bytes("done")))).perform(resumed);
		});
		assertReused(meanwhile.get());
		assertThat(this.runs).containsExactly(false);
	}

	@Test
	void onceWhenAnotherRequestHasEndedRefuses() {
		once(End.success(RenderedResponse.of(HttpStatus.OK, bytes("done"))));
		assertReused(refusal(OTHER_FINGERPRINT));
		assertThat(this.runs).containsExactly(false);
	}

	private RenderedResponse once(End end) {
		return this.idempotency.once(KEY, FINGERPRINT, ending(end));
	}

	private Action ending(End end) {
		return (resumed) -> {
			this.runs.add(resumed);
			return end;
		};
	}

	@Test
	void onceWhenAnswerHasNoBodyIsReplayed() {
		once(End.success(RenderedResponse.of(HttpStatus.NO_CONTENT)));
		RenderedResponse again = once(End.success(RenderedResponse.of(HttpStatus.OK, bytes("must not run"))));
		assertThat(again.status()).isEqualTo(HttpStatus.NO_CONTENT);
		assertThat(again.body()).isEmpty();
	}

	private void assertThrown(Throwable thrown) {
		assertThatExceptionOfType(Throwable.class)
			.isThrownBy(() -> this.idempotency.once(KEY, FINGERPRINT, (resumed) -> {
				this.runs.add(resumed);
				if (thrown instanceof Error error) {
					throw error;
				}
				throw (RuntimeException) thrown;
			}))
			.isSameAs(thrown);
	}

	private void assertReplayed(RenderedResponse first) {
		RenderedResponse again = once(End.success(RenderedResponse.of(HttpStatus.OK, bytes("must not run"))));
		assertThat(again.status()).isEqualTo(first.status());
		assertThat(again.body()).isEqualTo(first.body());
		Map<String, String> expected = new HashMap<>(first.headers());
		expected.put(REPLAYED, "true");
		assertThat(again.headers()).isEqualTo(expected);
		assertThat(first.headers()).doesNotContainKey(REPLAYED);
	}

	/** How a request is refused that must not run. */
	private Problem refusal(Fingerprint fingerprint) {
		ProblemException refusal = catchThrowableOfType(ProblemException.class, () -> this.idempotency.once(KEY,
				fingerprint, ending(End.success(RenderedResponse.of(HttpStatus.OK, bytes("must not run"))))));
		assertThat(refusal).isNotNull();
		return refusal.getProblem();
	}

	private static void assertReused(Problem problem) {
		assertThat(problem.type()).isEqualTo(ProblemType.IDEMPOTENCY_KEY_REUSED);
		assertThat(problem.status()).isEqualTo(HttpStatus.UNPROCESSABLE_CONTENT);
		assertThat(problem.outcome()).isEqualTo(Outcome.NOT_APPLIED);
	}

	private static RenderedResponse answer(Problem problem) {
		return new RenderedResponse(problem.status(), problem.headers().toSingleValueMap(),
				bytes("{\"detail\":\"" + problem.detail() + "\"}"), problem);
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

}
