package dev.memberproxy.delivery;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import dev.memberproxy.MutableClock;
import dev.memberproxy.core.EmailAddress;
import dev.memberproxy.core.MemberId;
import dev.memberproxy.delivery.OutageBreaker.Pass;
import dev.memberproxy.sentry.Answer;
import dev.memberproxy.sentry.Failure;
import dev.memberproxy.sentry.Member;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class OutageBreakerTests {

	private static final Answer<?> CREATED = new Answer.Success<>(
			new Member(new MemberId("1"), "ada@example.com", null, List.of(), true, null));

	private static final Answer<?> NOT_SENT = failed(new Failure.NotSent("refused", false));

	private static final Answer<?> TIMED_OUT = failed(new Failure.TimedOut("late", false));

	private final Deque<Pass> passed = new ArrayDeque<>();

	private final MutableClock clock = new MutableClock();

	private final OutageBreaker breaker = new OutageBreaker("default", this.clock::nanos);

	private int persons;

	static Stream<Answer<?>> outages() {
		return Stream.concat(certainOutages(), ambiguousOutages());
	}

	static Stream<Answer<?>> ambiguousOutages() {
		return Stream.of(TIMED_OUT, unclear(null), unclear(408), unclear(500), unclear(502), unclear(503),
				unclear(504));
	}

	static Stream<Answer<?>> certainOutages() {
		return Stream.of(NOT_SENT, failed(new Failure.NotForwarded(503, "gateway")));
	}

	static Stream<Answer<?>> others() {
		return Stream
			.concat(Stream.of(CREATED),
					Stream.of(new Failure.AlreadyMember(409, ""), new Failure.AlreadyInvited(400, ""),
							new Failure.RoleRefused(400, ""), new Failure.DataRefused(400, ""),
							new Failure.NoSuchMember(404, ""), new Failure.ProtectedMember(403, ""),
							new Failure.CredentialsRefused(401, ""), new Failure.CredentialsRefused(403, ""),
							new Failure.WrongEndpoint(404, ""), new Failure.RateLimited(429, "", Duration.ofSeconds(1)),
							new Failure.SentryFault(500, "", null), new Failure.SentryFault(500, "", "0123"),
							new Failure.WebPage(200, ""), new Failure.Unclear(200, ""), new Failure.Unclear(201, ""),
							new Failure.Unclear(204, ""), new Failure.Unclear(302, ""), new Failure.Unclear(400, ""),
							new Failure.Unclear(409, ""))
						.map(OutageBreakerTests::failed));
	}

	@ParameterizedTest
	@MethodSource("outages")
	void recordWhenTenPersonsMeetAnOutageOpens(Answer<?> outage) {
		for (int i = 0; i < 9; i++) {
			send(outage);
			assertThat(this.breaker.isClosed()).isTrue();
		}
		send(outage);
		assertThat(this.breaker.isClosed()).isFalse();
		assertThat(tryPass()).isFalse();
	}

	@ParameterizedTest
	@MethodSource("others")
	void recordWhenAnswerIsNoOutageStaysClosed(Answer<?> answer) {
		for (int i = 0; i < 100; i++) {
			send(answer);
		}
		assertThat(this.breaker.isClosed()).isTrue();
		assertThat(tryPass()).isTrue();
	}

	@ParameterizedTest
	@MethodSource("others")
	void recordWhenAnswerIsNoOutageCountsAgainstOne(Answer<?> answer) {
		send(answer, 11);
		send(TIMED_OUT, 10);
		assertThat(this.breaker.isClosed()).isTrue();
		send(TIMED_OUT);
		assertThat(this.breaker.isClosed()).isFalse();
	}

	@ParameterizedTest
	@MethodSource("ambiguousOutages")
	void recordWhenOnePersonMeetsAmbiguousOutagesStaysClosed(Answer<?> outage) {
		EmailAddress poisoned = person();
		for (int i = 0; i < 100; i++) {
			send(poisoned, outage);
		}
		assertThat(this.breaker.isClosed()).isTrue();
		// It counted once, and the others count as ever.
		send(outage, 8);
		assertThat(this.breaker.isClosed()).isTrue();
		send(outage);
		assertThat(this.breaker.isClosed()).isFalse();
	}

	@ParameterizedTest
	@MethodSource("ambiguousOutages")
	void recordWhenOnePersonMeetsAmbiguousOutagesAllTheTimeStaysClosed(Answer<?> outage) {
		EmailAddress poisoned = person();
		for (int second = 0; second < 300; second++) {
			send(poisoned, outage);
			this.clock.pass(Duration.ofSeconds(1));
		}
		assertThat(this.breaker.isClosed()).isTrue();
	}

	@ParameterizedTest
	@MethodSource("certainOutages")
	void recordWhenOnePersonMeetsOutagesThatCannotBeThePersonsOpens(Answer<?> outage) {
		EmailAddress person = person();
		for (int i = 0; i < 10; i++) {
			send(person, outage);
		}
		assertThat(this.breaker.isClosed()).isFalse();
	}

	@Test
	void recordWhenAttemptsWereCutShortCountsNone() {
		send(failed(new Failure.TimedOut("late", true)), 50);
		send(failed(new Failure.NotSent("late", true)), 50);
		assertThat(this.breaker.isClosed()).isTrue();
		send(NOT_SENT, 10);
		assertThat(this.breaker.isClosed()).isFalse();
	}

	@Test
	void recordWhenTrialsWereCutShortLetsOthersTry() {
		openAndWait();
		send(failed(new Failure.TimedOut("late", true)), 10);
		assertThat(passes(10)).isEqualTo(3);
	}

	@Test
	void recordWhenLessThanHalfMeetAnOutageStaysClosed() {
		send(CREATED, 101);
		send(NOT_SENT, 100);
		assertThat(this.breaker.isClosed()).isTrue();
	}

	@Test
	void recordWhenHalfMeetAnOutageOpens() {
		send(CREATED, 100);
		send(NOT_SENT, 99);
		assertThat(this.breaker.isClosed()).isTrue();
		send(NOT_SENT);
		assertThat(this.breaker.isClosed()).isFalse();
	}

	@Test
	void recordWhenFewMeetAnOutageStaysClosed() {
		send(NOT_SENT, 9);
		assertThat(this.breaker.isClosed()).isTrue();
		assertThat(tryPass()).isTrue();
	}

	@Test
	void recordWhenOutagesAreOlderThanTheWindowForgetsThem() {
		send(NOT_SENT, 9);
		this.clock.pass(Duration.ofSeconds(31));
		send(NOT_SENT);
		assertThat(this.breaker.isClosed()).isTrue();
		send(NOT_SENT, 9);
		assertThat(this.breaker.isClosed()).isFalse();
	}

	@Test
	void recordWhenOutagesAreWithinTheWindowAddsThemUp() {
		send(NOT_SENT, 9);
		this.clock.pass(Duration.ofSeconds(29));
		send(NOT_SENT);
		assertThat(this.breaker.isClosed()).isFalse();
	}

	@Test
	void recordWhenPersonWasCountedInAnEarlierWindowCountsAgain() {
		List<EmailAddress> ten = Stream.generate(this::person).limit(10).toList();
		ten.subList(0, 9).forEach((person) -> send(person, TIMED_OUT));
		this.clock.pass(Duration.ofSeconds(31));
		ten.forEach((person) -> send(person, TIMED_OUT));
		assertThat(this.breaker.isClosed()).isFalse();
	}

	@Test
	void tryPassWhenPeaceLastsRefuses() {
		send(NOT_SENT, 10);
		this.clock.pass(OutageBreaker.PEACE.minusMillis(1));
		assertThat(tryPass()).isFalse();
		assertThat(this.breaker.isClosed()).isFalse();
	}

	@Test
	void tryPassWhenPeaceIsOverLetsThreePass() {
		openAndWait();
		assertThat(passes(10)).isEqualTo(3);
		this.clock.pass(Duration.ofMinutes(1));
		assertThat(passes(10)).isZero();
	}

	@Test
	void recordWhenTrialsSucceedCloses() {
		openAndWait();
		assertThat(passes(3)).isEqualTo(3);
		finishTrials(CREATED, 3);
		assertThat(this.breaker.isClosed()).isTrue();
		assertThat(passes(10)).isEqualTo(10);
	}

	@ParameterizedTest
	@MethodSource("others")
	void recordWhenTrialsMeetNoOutageCloses(Answer<?> answer) {
		openAndWait();
		assertThat(passes(3)).isEqualTo(3);
		finishTrials(answer, 3);
		assertThat(passes(10)).isEqualTo(10);
	}

	@ParameterizedTest
	@MethodSource("outages")
	void recordWhenTrialsMeetAnOutageOpensAgain(Answer<?> outage) {
		openAndWait();
		assertThat(passes(3)).isEqualTo(3);
		finishTrials(outage, 3);
		assertThat(this.breaker.isClosed()).isFalse();
		this.clock.pass(OutageBreaker.PEACE.minusMillis(1));
		assertThat(tryPass()).isFalse();
		this.clock.pass(Duration.ofMillis(2));
		assertThat(passes(10)).isEqualTo(3);
	}

	@Test
	void recordWhenOneOfThreeTrialsFailsCloses() {
		openAndWait();
		assertThat(passes(3)).isEqualTo(3);
		finishTrials(NOT_SENT, 1);
		finishTrials(CREATED, 2);
		assertThat(this.breaker.isClosed()).isTrue();
		assertThat(passes(10)).isEqualTo(10);
	}

	@Test
	void recordWhenTwoOfThreeTrialsFailOpensAgain() {
		openAndWait();
		assertThat(passes(3)).isEqualTo(3);
		finishTrials(CREATED, 1);
		finishTrials(NOT_SENT, 2);
		assertThat(this.breaker.isClosed()).isFalse();
	}

	@Test
	void recordWhenTrialsAreOfPersonsAlreadyCountedOpensAgain() {
		List<EmailAddress> ten = Stream.generate(this::person).limit(10).toList();
		ten.forEach((person) -> send(person, TIMED_OUT));
		this.clock.pass(OutageBreaker.PEACE.plusMillis(1));
		ten.subList(0, 3).forEach((person) -> send(person, TIMED_OUT));
		assertThat(this.breaker.isClosed()).isFalse();
		assertThat(tryPass()).isFalse();
	}

	@Test
	void closeWhenLetPassBeforeItOpenedGivesNoTrialBack() {
		assertThat(passes(50)).isEqualTo(50);
		Deque<Pass> early = new ArrayDeque<>(this.passed);
		this.passed.clear();
		openAndWait();
		assertThat(passes(100)).isEqualTo(3);
		assertThat(early).allMatch(Pass::isRevoked);
		early.forEach(Pass::close);
		assertThat(passes(100)).isZero();
		finishTrials(CREATED, 3);
		assertThat(early).noneMatch(Pass::isRevoked);
	}

	@Test
	void recordWhenLetPassBeforeItOpenedIsNoTrial() {
		assertThat(passes(3)).isEqualTo(3);
		Deque<Pass> early = new ArrayDeque<>(this.passed);
		this.passed.clear();
		openAndWait();
		assertThat(passes(3)).isEqualTo(3);
		early.forEach((pass) -> pass.record(person(), CREATED));
		assertThat(tryPass()).isFalse();
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 2, 3 })
	void closeWhenTrialsWereNotSentGivesThemBack(int released) {
		openAndWait();
		assertThat(passes(10)).isEqualTo(3);
		for (int i = 0; i < released; i++) {
			this.passed.removeFirst().close();
		}
		assertThat(passes(10)).isEqualTo(released);
		finishTrials(CREATED, 3);
		assertThat(passes(10)).isEqualTo(10);
	}

	@Test
	void closeWhenClosedCountsAsNothing() {
		for (int i = 0; i < 100; i++) {
			assertThat(tryPass()).isTrue();
			this.passed.removeFirst().close();
		}
		send(NOT_SENT, 10);
		assertThat(this.breaker.isClosed()).isFalse();
	}

	@Test
	void tryPassWhenTwoThreadsTryItOutAtOnceNeverStaysOpen() throws Exception {
		try (var executor = Executors.newFixedThreadPool(2)) {
			for (int round = 0; round < 20_000; round++) {
				OutageBreaker tried = new OutageBreaker("default", this.clock::nanos);
				for (int i = 0; i < 10; i++) {
					sendOnce(tried, NOT_SENT);
				}
				this.clock.pass(OutageBreaker.PEACE.plusMillis(1));
				AtomicInteger ready = new AtomicInteger();
				List<Future<?>> both = Stream.<Future<?>>generate(() -> executor.submit(() -> {
					// Whoever sleeps until the other has come, comes too late.
					ready.incrementAndGet();
					while (ready.get() < 2) {
						Thread.onSpinWait();
					}
					for (int i = 0; i < 4; i++) {
						sendOnce(tried, CREATED);
					}
					return null;
				})).limit(2).toList();
				for (Future<?> one : both) {
					one.get();
				}
				assertThat(tried.isClosed()).as("round %d", round).isTrue();
			}
		}
	}

	private static void sendOnce(OutageBreaker breaker, Answer<?> answer) {
		try (Pass pass = breaker.tryPass().orElse(null)) {
			if (pass != null) {
				pass.record(new Object(), answer);
			}
		}
	}

	private static Answer<?> unclear(Integer status) {
		return failed(new Failure.Unclear(status, "unclear"));
	}

	private static Answer<?> failed(Failure failure) {
		return new Answer.Failed<>(failure);
	}

	private EmailAddress person() {
		return new EmailAddress("person" + this.persons++ + "@example.com");
	}

	private void openAndWait() {
		send(NOT_SENT, 10);
		assertThat(this.breaker.isClosed()).isFalse();
		this.clock.pass(OutageBreaker.PEACE.plusMillis(1));
	}

	private int passes(int tries) {
		int passes = 0;
		for (int i = 0; i < tries; i++) {
			passes += tryPass() ? 1 : 0;
		}
		return passes;
	}

	private void finishTrials(Answer<?> answer, int count) {
		for (int i = 0; i < count; i++) {
			finish(person(), answer);
		}
	}

	private void send(Answer<?> answer, int count) {
		for (int i = 0; i < count; i++) {
			send(answer);
		}
	}

	private void send(Answer<?> answer) {
		send(person(), answer);
	}

	private void send(EmailAddress address, Answer<?> answer) {
		assertThat(tryPass()).isTrue();
		finish(address, answer);
	}

	private boolean tryPass() {
		Optional<Pass> pass = this.breaker.tryPass();
		pass.ifPresent(this.passed::addLast);
		return pass.isPresent();
	}

	private void finish(EmailAddress address, Answer<?> answer) {
		try (Pass pass = this.passed.removeFirst()) {
			pass.record(address, answer);
		}
	}

}
