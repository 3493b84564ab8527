package dev.memberproxy.channel;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import dev.memberproxy.MutableClock;
import dev.memberproxy.channel.SentryCircuitBreaker.Permission;
import dev.memberproxy.sentry.Failure;
import dev.memberproxy.sentry.Failure.Ambiguous;
import dev.memberproxy.sentry.Failure.AmbiguousReason;
import dev.memberproxy.sentry.Failure.NotProcessed;
import dev.memberproxy.sentry.Failure.NotProcessedReason;
import dev.memberproxy.sentry.Failure.Refusal;
import dev.memberproxy.sentry.Failure.RefusalReason;
import dev.memberproxy.sentry.SentryResult;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

class SentryCircuitBreakerTests {

	private static final Duration OPEN = Duration.ofSeconds(5);

	private static final SentryResult<?> SUCCESS = new SentryResult.Success<>("member");

	private static final SentryResult<?> NOT_SENT = notProcessed(NotProcessedReason.NOT_SENT, false);

	private static final SentryResult<?> TIMED_OUT = ambiguous(AmbiguousReason.TIMED_OUT, null, false);

	private final MutableClock clock = new MutableClock();

	private final SentryCircuitBreaker breaker = new SentryCircuitBreaker("default", OPEN, this.clock::nanos);

	private int members;

	static Stream<SentryResult<?>> certainOutages() {
		return Stream.of(NOT_SENT, notProcessed(NotProcessedReason.NOT_FORWARDED, false));
	}

	static Stream<SentryResult<?>> ambiguousOutages() {
		return Stream.of(TIMED_OUT, unclear(null), unclear(408), unclear(503));
	}

	static Stream<SentryResult<?>> others() {
		Stream<SentryResult<?>> refusals = Stream.of(RefusalReason.values())
			.map((reason) -> failed(new Refusal(reason, 400, "")));
		return Stream.concat(refusals, Stream.of(SUCCESS, notProcessed(NotProcessedReason.RATE_LIMITED, false),
				ambiguous(AmbiguousReason.INTERNAL_ERROR, 500, false), ambiguous(AmbiguousReason.WEB_PAGE, 200, false),
				ambiguous(AmbiguousReason.FOREIGN_RESPONSE, 403, false), unclear(201), unclear(409)));
	}

	@ParameterizedTest
	@MethodSource({ "certainOutages", "ambiguousOutages" })
	void recordWhenTenMembersMeetAnOutageOpens(SentryResult<?> outage) {
		send(outage, 9);
		assertThat(this.breaker.isClosed()).isTrue();
		send(outage, 1);
		assertThat(this.breaker.isClosed()).isFalse();
		assertThat(this.breaker.admitsRequests()).isFalse();
		assertThat(this.breaker.acquire()).isEmpty();
	}

	@ParameterizedTest
	@MethodSource("others")
	void recordWhenResultIsNoOutageCountsAgainstOne(SentryResult<?> result) {
		send(result, 101);
		send(NOT_SENT, 100);
		assertThat(this.breaker.isClosed()).isTrue();
		send(NOT_SENT, 1);
		assertThat(this.breaker.isClosed()).as("half of them").isFalse();
	}

	@ParameterizedTest
	@MethodSource("ambiguousOutages")
	void recordAmbiguousOutagesOfOneMemberCountsOnce(SentryResult<?> outage) {
		IntStream.range(0, 100).forEach((_) -> sendFor("poisoned", outage));
		send(outage, 8);
		assertThat(this.breaker.isClosed()).isTrue();
		send(outage, 1);
		assertThat(this.breaker.isClosed()).isFalse();
	}

	@Test
	void recordAmbiguousOutagesOfOneMemberForMinutesStaysClosed() {
		for (int second = 0; second < 300; second++) {
			sendFor("poisoned", TIMED_OUT);
			this.clock.pass(Duration.ofSeconds(1));
		}
		assertThat(this.breaker.isClosed()).isTrue();
	}

	@ParameterizedTest
	@MethodSource("certainOutages")
	void recordCertainOutagesOfOneMemberOpens(SentryResult<?> outage) {
		IntStream.range(0, 10).forEach((_) -> sendFor("member", outage));
		assertThat(this.breaker.isClosed()).isFalse();
	}

	@Test
	void recordWhenCutShortCountsNothing() {
		send(ambiguous(AmbiguousReason.TIMED_OUT, null, true), 50);
		send(notProcessed(NotProcessedReason.NOT_SENT, true), 50);
		send(NOT_SENT, 9);
		assertThat(this.breaker.isClosed()).isTrue();
		send(NOT_SENT, 1);
		assertThat(this.breaker.isClosed()).isFalse();
	}

	@Test
	void recordForgetsOutagesAfterThirtySeconds() {
		send(NOT_SENT, 9);
		this.clock.pass(Duration.ofSeconds(31));
		send(NOT_SENT, 9);
		assertThat(this.breaker.isClosed()).isTrue();
		this.clock.pass(Duration.ofSeconds(29));
		send(NOT_SENT, 1);
		assertThat(this.breaker.isClosed()).isFalse();
	}

	@Test
	void recordWhenMemberCountedInAnEarlierWindowCountsAgain() {
		IntStream.range(0, 9).forEach((member) -> sendFor(member, TIMED_OUT));
		this.clock.pass(Duration.ofSeconds(31));
		IntStream.range(0, 10).forEach((member) -> sendFor(member, TIMED_OUT));
		assertThat(this.breaker.isClosed()).isFalse();
	}

	@Test
	void acquireAfterTheOpenDurationAdmitsThreeTrials() {
		send(NOT_SENT, 10);
		this.clock.pass(OPEN.minusMillis(1));
		assertThat(this.breaker.admitsRequests()).isFalse();
		this.clock.pass(Duration.ofMillis(2));
		assertThat(this.breaker.admitsRequests()).isTrue();
		assertThat(acquireAll(10)).hasSize(3);
		assertThat(this.breaker.admitsRequests()).isFalse();
		this.clock.pass(Duration.ofMinutes(1));
		assertThat(this.breaker.acquire()).isEmpty();
	}

	@Test
	void admitsRequestsUsesNoTrial() {
		openAndWait();
		IntStream.range(0, 10).forEach((_) -> assertThat(this.breaker.admitsRequests()).isTrue());
		assertThat(acquireAll(10)).hasSize(3);
	}

	@ParameterizedTest
	@MethodSource("others")
	void recordWhenTrialsMeetNoOutageCloses(SentryResult<?> result) {
		openAndWait();
		send(result, 3);
		assertThat(this.breaker.isClosed()).isTrue();
		assertThat(acquireAll(10)).hasSize(10);
	}

	@ParameterizedTest
	@MethodSource({ "certainOutages", "ambiguousOutages" })
	void recordWhenTrialsMeetAnOutageOpensAgain(SentryResult<?> outage) {
		openAndWait();
		send(outage, 3);
		this.clock.pass(OPEN.minusMillis(1));
		assertThat(this.breaker.admitsRequests()).isFalse();
		this.clock.pass(Duration.ofMillis(2));
		assertThat(acquireAll(10)).hasSize(3);
	}

	@Test
	void recordWhenTwoOfThreeTrialsFailOpensAgain() {
		openAndWait();
		send(SUCCESS, 1);
		send(NOT_SENT, 2);
		assertThat(this.breaker.admitsRequests()).isFalse();
	}

	@Test
	void recordWhenTrialsAreOfCountedMembersOpensAgain() {
		IntStream.range(0, 10).forEach((member) -> sendFor(member, TIMED_OUT));
		this.clock.pass(OPEN.plusMillis(1));
		IntStream.range(0, 3).forEach((member) -> sendFor(member, TIMED_OUT));
		assertThat(this.breaker.admitsRequests()).isFalse();
	}

	@Test
	void recordOfAnOlderRequestIsNoTrial() {
		List<Permission> older = acquireAll(50);
		openAndWait();
		assertThat(acquireAll(3)).hasSize(3);
		older.forEach((permission) -> permission.record("member", SUCCESS));
		older.forEach(Permission::close);
		assertThat(this.breaker.state()).hasToString("HALF_OPEN");
		assertThat(this.breaker.acquire()).as("no trial is given back").isEmpty();
	}

	@Test
	void recordOfATrialAfterItsStateEndedDoesNotCount() {
		openAndWait();
		List<Permission> trials = acquireAll(3);
		trials.subList(0, 2).forEach((trial) -> trial.record("member", NOT_SENT));
		trials.getLast().record("member", NOT_SENT);
		this.clock.pass(OPEN.plusMillis(1));
		List<Permission> next = acquireAll(3);
		trials.forEach((trial) -> trial.record("member", NOT_SENT));
		trials.forEach(Permission::close);
		next.forEach((trial) -> trial.record("member", SUCCESS));
		assertThat(this.breaker.isClosed()).isTrue();
	}

	@Test
	void closeOfUnusedTrialsAdmitsOthers() {
		openAndWait();
		acquireAll(3).subList(0, 2).forEach(Permission::close);
		assertThat(acquireAll(10)).hasSize(2).allSatisfy((trial) -> trial.record("member", SUCCESS));
	}

	@Test
	void closeOfTrialsThatWereCutShortAdmitsOthers() {
		openAndWait();
		send(ambiguous(AmbiguousReason.TIMED_OUT, null, true), 10);
		send(SUCCESS, 3);
		assertThat(this.breaker.isClosed()).isTrue();
	}

	@Test
	void recordOfSimultaneousTrialsNeverLeavesItHalfOpen() throws Exception {
		try (var executor = Executors.newFixedThreadPool(2)) {
			for (int round = 0; round < 1_000; round++) {
				SentryCircuitBreaker tried = new SentryCircuitBreaker("default", OPEN, this.clock::nanos);
				IntStream.range(0, 10).forEach((member) -> send(tried, member, NOT_SENT));
				this.clock.pass(OPEN.plusMillis(1));
				AtomicInteger ready = new AtomicInteger();
				List<Future<?>> both = new ArrayList<>();
				for (int i = 0; i < 2; i++) {
					both.add(executor.submit(() -> {
						// Spins, because a thread that is parked would arrive too late.
						ready.incrementAndGet();
						while (ready.get() < 2) {
							Thread.onSpinWait();
						}
						IntStream.range(0, 4).forEach((member) -> send(tried, member, SUCCESS));
					}));
				}
				for (Future<?> one : both) {
					one.get();
				}
				assertThat(tried.isClosed()).as("round %d", round).isTrue();
			}
		}
	}

	private void openAndWait() {
		send(NOT_SENT, 10);
		assertThat(this.breaker.isClosed()).isFalse();
		this.clock.pass(OPEN.plusMillis(1));
	}

	/** Each for another member. */
	private void send(SentryResult<?> result, int count) {
		IntStream.range(0, count).forEach((_) -> sendFor("member " + this.members++, result));
	}

	private void sendFor(Object member, SentryResult<?> result) {
		assertThat(send(this.breaker, member, result)).isTrue();
	}

	private static boolean send(SentryCircuitBreaker breaker, Object member, SentryResult<?> result) {
		try (Permission permission = breaker.acquire().orElse(null)) {
			if (permission != null) {
				permission.record(member, result);
			}
			return permission != null;
		}
	}

	private List<Permission> acquireAll(int count) {
		return Stream.generate(this.breaker::acquire).limit(count).flatMap(Optional::stream).toList();
	}

	private static SentryResult<?> notProcessed(NotProcessedReason reason, boolean cutShort) {
		return failed(new NotProcessed(reason, null, "", Duration.ZERO, cutShort));
	}

	private static SentryResult<?> unclear(Integer status) {
		return ambiguous(AmbiguousReason.UNCLEAR, status, false);
	}

	private static SentryResult<?> ambiguous(AmbiguousReason reason, Integer status, boolean cutShort) {
		return failed(new Ambiguous(reason, status, "", null, cutShort));
	}

	private static SentryResult<?> failed(Failure failure) {
		return new SentryResult.Failed<>(failure);
	}

}
