package dev.memberproxy.delivery;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.LongSupplier;

import dev.memberproxy.delivery.Pacer.Admission;
import dev.memberproxy.delivery.Pacer.Busy;
import dev.memberproxy.delivery.Pacer.Permit;
import dev.memberproxy.organizations.Organization.Pacing;
import dev.memberproxy.sentry.RateLimits;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

@Timeout(60)
class PacerTests {

	private static final ConditionFactory POLL = Awaitility.await()
		.pollDelay(Duration.ZERO)
		.pollInterval(Duration.ofMillis(1));

	private static final Duration LONG = Duration.ofSeconds(50);

	private static final Duration SHORT = Duration.ofMillis(50);

	/** Stands still unless it is moved. */
	private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 1);

	private final List<Future<Admission>> queued = new ArrayList<>();

	private final Queue<String> served = new ConcurrentLinkedQueue<>();

	private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();

	@AfterEach
	void endAll() {
		this.executor.shutdownNow();
		this.executor.close();
	}

	@Test
	void joinWhenNothingIsUnderWayGivesAPermit() {
		Pacer pacer = pacer(0, 1, LONG, System::nanoTime);
		permit(pacer.join(in(LONG))).close();
		assertThat(pacer.waiting()).isZero();
	}

	@Test
	void joinWhenSeveralWaitServesInOrderOfArrival() throws Exception {
		Pacer pacer = pacer(0, 1, LONG, System::nanoTime);
		Permit held = permit(pacer.join(in(LONG)));
		for (int i = 0; i < 10; i++) {
			queue(pacer, Integer.toString(i), pacer::join);
		}
		assertThat(this.served).isEmpty();
		held.close();
		awaitQueued();
		assertThat(this.served).containsExactly("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");
		assertThat(pacer.waiting()).isZero();
	}

	@Test
	void rejoinWhenOthersHaveJoinedPassesThem() throws Exception {
		Pacer pacer = pacer(0, 1, LONG, System::nanoTime);
		Permit held = permit(pacer.join(in(LONG)));
		queue(pacer, "new 1", pacer::join);
		queue(pacer, "new 2", pacer::join);
		queue(pacer, "returning 1", pacer::rejoin);
		queue(pacer, "returning 2", pacer::rejoin);
		queue(pacer, "new 3", pacer::join);
		held.close();
		awaitQueued();
		assertThat(this.served).containsExactly("returning 1", "returning 2", "new 1", "new 2", "new 3");
	}

	@Test
	void joinWhenForecastIsLongerThanMaxWaitIsRefusedAtOnce() {
		Pacer pacer = pacer(2, 0, Pace.WINDOW.minusNanos(1), this.clock::get);
		for (int i = 0; i < 2; i++) {
			permit(pacer.join(in(LONG, this.clock::get))).departing();
		}
		assertThat(pacer.join(in(LONG, this.clock::get))).isEqualTo(new Busy(Pace.WINDOW));
		this.clock.addAndGet(TimeUnit.MILLISECONDS.toNanos(300));
		assertThat(pacer.waiting()).isZero();
		permitIsGivenOnce(pacer, Duration.ofMillis(800));
	}

	private void permitIsGivenOnce(Pacer pacer, Duration wait) {
		this.clock.addAndGet(wait.toNanos() - 1);
		assertThat(pacer.rejoin(in(Duration.ZERO, this.clock::get))).isInstanceOf(Busy.class);
		this.clock.addAndGet(1);
		permit(pacer.join(in(LONG, this.clock::get))).close();
	}

	@Test
	void joinWhenForecastIsLongerThanDeadlineIsRefusedAtOnce() {
		Pacer pacer = pacer(1, 0, LONG, this.clock::get);
		permit(pacer.join(in(LONG, this.clock::get))).departing();
		assertThat(pacer.join(in(Duration.ofSeconds(1), this.clock::get))).isEqualTo(new Busy(Pace.WINDOW));
		assertThat(pacer.waiting()).isZero();
	}

	@Test
	void joinWhenTheWaitLeavesTooLittleTimeForTheRequestIsRefusedAtOnce() {
		Pacer pacer = pacer(1, 0, LONG, this.clock::get);
		Permit first = permit(pacer.join(in(LONG, this.clock::get)));
		first.departing();
		this.clock.addAndGet(TimeUnit.SECONDS.toNanos(1));
		first.close();
		Duration left = Pace.WINDOW.minusSeconds(1);
		assertThat(pacer.join(in(left.plusSeconds(2).minusNanos(1), this.clock::get))).isEqualTo(new Busy(left));
		assertThat(pacer.waiting()).isZero();
		this.clock.addAndGet(left.toNanos());
		permit(pacer.join(in(Duration.ofMillis(1), this.clock::get))).close();
	}

	@Test
	void tryPassWhenNobodyWaitsAndOneMayGoGivesAPermit() {
		Pacer pacer = pacer(1, 0, LONG, this.clock::get);
		permit(pacer.tryPass()).departing();
		assertThat(pacer.tryPass()).isEqualTo(new Busy(Pace.WINDOW));
		this.clock.addAndGet(Pace.WINDOW.toNanos());
		permit(pacer.tryPass()).close();
	}

	@Test
	void tryPassWhenSomebodyWaitsIsRefusedThoughOneMayGo() {
		Pacer pacer = pacer(1, 0, LONG, this.clock::get);
		permit(pacer.tryPass()).departing();
		queue(pacer, "waiting", (_) -> pacer.rejoin(in(LONG, this.clock::get)));
		this.clock.addAndGet(Pace.WINDOW.toNanos());
		assertThat(pacer.tryPass()).isInstanceOf(Busy.class);
	}

	@Test
	void joinWhenThoseInLineFillTheWaitIsRefusedWithAForecastThatCountsThem() {
		Pacer pacer = pacer(1, 0, Duration.ofSeconds(2), this.clock::get);
		permit(pacer.join(in(LONG, this.clock::get))).departing();
		for (int i = 0; i < 2; i++) {
			queue(pacer, "waiting", (_) -> pacer.rejoin(in(LONG, this.clock::get)));
		}
		Admission admission = pacer.join(in(LONG, this.clock::get));
		assertThat(admission).isInstanceOf(Busy.class);
		assertThat(((Busy) admission).retryAfter()).isBetween(Pace.WINDOW.multipliedBy(2), Pace.WINDOW.multipliedBy(3));
	}

	@Test
	void joinWhenMaxWaitIsZeroPassesIfFree() {
		Pacer pacer = pacer(3, 2, Duration.ZERO, this.clock::get);
		for (int i = 0; i < 3; i++) {
			try (Permit permit = permit(pacer.join(in(LONG, this.clock::get)))) {
				permit.departing();
			}
		}
		assertThat(pacer.join(in(LONG, this.clock::get))).isEqualTo(new Busy(Pace.WINDOW));
		this.clock.addAndGet(Pace.WINDOW.toNanos());
		permit(pacer.join(in(LONG, this.clock::get))).close();
	}

	@Test
	void joinWhenMaxWaitIsZeroDoesNotWaitForAPlace() {
		Pacer pacer = pacer(0, 1, Duration.ZERO, this.clock::get);
		try (Permit permit = permit(pacer.join(in(LONG, this.clock::get)))) {
			permit.departing();
			this.clock.addAndGet(Duration.ofSeconds(2).toNanos());
		}
		Permit held = permit(pacer.join(in(LONG, this.clock::get)));
		assertThat(pacer.join(in(LONG, this.clock::get))).isEqualTo(new Busy(Duration.ofSeconds(2)));
		held.close();
		permit(pacer.join(in(LONG, this.clock::get))).close();
	}

	@Test
	void closeWhenOneWaitsLetsItGo() throws Exception {
		Pacer pacer = pacer(0, 1, LONG, System::nanoTime);
		Permit held = permit(pacer.join(in(LONG)));
		Future<Admission> waiter = startAndAwaitJoined(pacer, "waiter", pacer::join);
		held.close();
		assertThat(waiter.get()).isInstanceOf(Permit.class);
		assertThat(pacer.waiting()).isZero();
	}

	@Test
	void closeWhenRequestDidNotDepartGivesItsPlaceInTheWindowBack() throws Exception {
		Pacer pacer = pacer(1, 0, LONG, this.clock::get);
		Permit held = permit(pacer.join(in(LONG, this.clock::get)));
		Future<Admission> waiter = startAndAwaitJoined(pacer, "waiter", (_) -> pacer.join(in(LONG, this.clock::get)));
		held.close();
		assertThat(waiter.get()).isInstanceOf(Permit.class);
	}

	@Test
	void departingWhenWindowIsFullKeepsTheNextUntilItEnds() throws Exception {
		Pacer pacer = pacer(1, 0, LONG, this.clock::get);
		Permit held = permit(pacer.join(in(LONG, this.clock::get)));
		Future<Admission> waiter = startAndAwaitJoined(pacer, "waiter", (_) -> pacer.join(in(LONG, this.clock::get)));
		held.departing();
		held.close();
		assertThat(pacer.waiting()).isOne();
		this.clock.addAndGet(Pace.WINDOW.toNanos());
		pacer.pause(Duration.ZERO);
		assertThat(waiter.get()).isInstanceOf(Permit.class);
	}

	@Test
	void answeredWhenSentryHasLessLeftKeepsTheNext() {
		Pacer pacer = pacer(40, 0, Duration.ZERO, this.clock::get);
		try (Permit permit = permit(pacer.join(in(LONG, this.clock::get)))) {
			permit.departing();
			permit.answered(new RateLimits(40, 0, Duration.ofMillis(500), null, null));
		}
		assertThat(pacer.join(in(LONG, this.clock::get))).isEqualTo(new Busy(Duration.ofMillis(500)));
		this.clock.addAndGet(Duration.ofMillis(500).toNanos());
		permit(pacer.join(in(LONG, this.clock::get))).close();
	}

	@Test
	void answeredWhenMorePlacesAreToldLetsTheNextGo() throws Exception {
		Pacer pacer = pacer(0, 2, LONG, System::nanoTime);
		Permit first = permit(pacer.join(in(LONG)));
		first.departing();
		first.answered(new RateLimits(null, null, null, 1, 0));
		Future<Admission> waiter = startAndAwaitJoined(pacer, "waiter", pacer::join);
		first.answered(new RateLimits(null, null, null, 2, 1));
		assertThat(waiter.get()).isInstanceOf(Permit.class);
		first.close();
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void joinWhenDeadlinePassesIsBusyAndNoLongerInLine(boolean returning) throws Exception {
		Pacer pacer = pacer(0, 1, LONG, System::nanoTime);
		Permit held = permit(pacer.join(in(LONG)));
		Future<Admission> waiter = this.executor
			.submit(() -> returning ? pacer.rejoin(in(SHORT)) : pacer.join(in(SHORT)));
		assertThat(waiter.get()).isInstanceOf(Busy.class);
		assertThat(pacer.waiting()).isZero();
		held.close();
		permit(pacer.join(in(LONG))).close();
	}

	@Test
	void joinWhenDeadlineOfTheFirstPassesDoesNotHoldUpTheNext() throws Exception {
		Pacer pacer = pacer(0, 1, LONG, System::nanoTime);
		Permit held = permit(pacer.join(in(LONG)));
		Future<Admission> impatient = startAndAwaitJoined(pacer, "impatient",
				(_) -> pacer.join(in(Duration.ofMillis(500))));
		Future<Admission> patient = startAndAwaitJoined(pacer, "patient", pacer::join);
		assertThat(impatient.get()).isInstanceOf(Busy.class);
		assertThat(pacer.waiting()).isOne();
		held.close();
		assertThat(patient.get()).isInstanceOf(Permit.class);
	}

	@Test
	void rejoinWhenDeadlineHasPassedGivesAPermitOnlyIfFree() {
		Pacer pacer = pacer(0, 1, LONG, System::nanoTime);
		Permit held = permit(pacer.rejoin(in(Duration.ZERO)));
		assertThat(pacer.rejoin(in(Duration.ZERO))).isInstanceOf(Busy.class);
		held.close();
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void joinWhenInterruptedIsBusyKeepsTheFlagAndIsNotInLine(boolean returning) throws Exception {
		Pacer pacer = pacer(0, 1, LONG, System::nanoTime);
		Permit held = permit(pacer.join(in(LONG)));
		Queue<Object> told = new ConcurrentLinkedQueue<>();
		Thread waiter = Thread.ofVirtual().start(() -> {
			told.add(returning ? pacer.rejoin(in(LONG)) : pacer.join(in(LONG)));
			told.add(Thread.currentThread().isInterrupted());
		});
		POLL.until(() -> pacer.waiting() == 1);
		Future<Admission> next = startAndAwaitJoined(pacer, "next", pacer::join);
		waiter.interrupt();
		waiter.join();
		assertThat(told).hasSize(2).last().isEqualTo(true);
		assertThat(told.peek()).isInstanceOf(Busy.class);
		assertThat(pacer.waiting()).isOne();
		held.close();
		assertThat(next.get()).isInstanceOf(Permit.class);
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void pauseWhenSomeCannotWaitThatLongSendsOnlyThemAway(boolean returning) throws Exception {
		Pacer pacer = pacer(0, 1, LONG, this.clock::get);
		Permit held = permit(pacer.join(in(LONG, this.clock::get)));
		List<Future<Admission>> waiters = new ArrayList<>();
		for (int seconds : new int[] { 9, 40, 2, 11, 41 }) {
			Deadline deadline = in(Duration.ofSeconds(seconds), this.clock::get);
			waiters.add(startAndAwaitJoined(pacer, seconds + " s",
					(_) -> returning ? pacer.rejoin(deadline) : pacer.join(deadline)));
		}
		pacer.pause(Duration.ofSeconds(10));
		assertThat(waiters.get(0).get()).isEqualTo(new Busy(Duration.ofSeconds(10)));
		assertThat(waiters.get(2).get()).isEqualTo(new Busy(Duration.ofSeconds(10)));
		POLL.until(() -> pacer.waiting() == 3);
		held.close();
		assertThat(pacer.waiting()).isEqualTo(3);
		this.clock.addAndGet(Duration.ofSeconds(10).toNanos());
		pacer.pause(Duration.ZERO);
		for (int stayed : new int[] { 1, 3, 4 }) {
			assertThat(waiters.get(stayed).get()).isInstanceOf(Permit.class);
		}
		assertThat(this.served).containsExactly("40 s", "11 s", "41 s");
	}

	@Test
	void joinWhenPausedForLongerThanMaxWaitIsRefusedAtOnce() {
		Pacer pacer = pacer(40, 25, Duration.ofSeconds(5), this.clock::get);
		pacer.pause(Duration.ofSeconds(6));
		assertThat(pacer.join(in(LONG, this.clock::get))).isEqualTo(new Busy(Duration.ofSeconds(6)));
		this.clock.addAndGet(Duration.ofSeconds(6).toNanos());
		permit(pacer.join(in(LONG, this.clock::get))).close();
	}

	@Test
	void rejoinWhenPausedForLongerThanDeadlineIsRefusedAtOnce() {
		Pacer pacer = pacer(40, 25, Duration.ofSeconds(5), this.clock::get);
		pacer.pause(Duration.ofSeconds(6));
		assertThat(pacer.rejoin(in(Duration.ofSeconds(5), this.clock::get))).isEqualTo(new Busy(Duration.ofSeconds(6)));
		assertThat(pacer.waiting()).isZero();
	}

	@ParameterizedTest
	@CsvSource({ "1, 0", "5, 0", "5, 100000", "0, 100000", "5, 2000" })
	void joinWhenManyComeAndFailAnyhowLeavesNothingBehind(int maxConcurrent, int requestsPerSecond) throws Exception {
		Pacer pacer = pacer(requestsPerSecond, maxConcurrent, SHORT, System::nanoTime);
		AtomicInteger underWay = new AtomicInteger();
		AtomicInteger most = new AtomicInteger();
		AtomicInteger permits = new AtomicInteger();
		CountDownLatch start = new CountDownLatch(1);
		List<Future<?>> threads = new ArrayList<>();
		for (int i = 0; i < 50; i++) {
			Random random = new Random(i);
			threads.add(this.executor.submit(() -> {
				start.await();
				for (int j = 0; j < 20; j++) {
					if (random.nextInt(10) == 0) {
						Thread.currentThread().interrupt();
					}
					Deadline deadline = in(Duration.ofNanos(random.nextInt(20_000_000)));
					Admission admission = random.nextBoolean() ? pacer.join(deadline) : pacer.rejoin(deadline);
					Thread.interrupted();
					if (admission instanceof Permit permit) {
						permits.incrementAndGet();
						most.accumulateAndGet(underWay.incrementAndGet(), Math::max);
						use(permit, random);
						underWay.decrementAndGet();
						permit.close();
					}
					if (random.nextInt(50) == 0) {
						pacer.pause(Duration.ofNanos(random.nextInt(200_000)));
					}
				}
				return null;
			}));
		}
		start.countDown();
		for (Future<?> thread : threads) {
			thread.get();
		}
		assertThat(pacer.waiting()).isZero();
		assertThat(permits).hasPositiveValue();
		assertThat(most.get()).isLessThanOrEqualTo((maxConcurrent != 0) ? maxConcurrent : 50);
		for (int i = 0; i < maxConcurrent; i++) {
			permit(pacer.rejoin(in(LONG)));
		}
		if (maxConcurrent != 0) {
			assertThat(pacer.rejoin(in(Duration.ZERO))).isInstanceOf(Busy.class);
		}
	}

	/** The ways a request can go: cancelled, never departed, unanswered, answered. */
	private static void use(Permit permit, Random random) {
		LockSupport.parkNanos(random.nextInt(100_000));
		if (random.nextInt(4) == 0) {
			return;
		}
		permit.departing();
		LockSupport.parkNanos(random.nextInt(100_000));
		if (random.nextInt(4) != 0) {
			permit.answered(new RateLimits(random.nextInt(1_000), random.nextInt(100),
					Duration.ofNanos(random.nextInt(1_000_000)), null, null));
		}
	}

	private void queue(Pacer pacer, String name, Function<Deadline, Admission> queue) {
		this.queued.add(startAndAwaitJoined(pacer, name, queue));
	}

	private void awaitQueued() throws Exception {
		for (Future<Admission> one : this.queued) {
			assertThat(one.get()).isInstanceOf(Permit.class);
		}
	}

	/** Starts one who waits, and gives the permit back as soon as it is served. */
	private Future<Admission> startAndAwaitJoined(Pacer pacer, String name, Function<Deadline, Admission> queue) {
		int waiting = pacer.waiting();
		Future<Admission> future = this.executor.submit(() -> {
			Admission admission = queue.apply(in(LONG));
			if (admission instanceof Permit permit) {
				this.served.add(name);
				permit.close();
			}
			return admission;
		});
		POLL.until(() -> pacer.waiting() == waiting + 1);
		return future;
	}

	private static Permit permit(Admission admission) {
		assertThat(admission).isInstanceOf(Permit.class);
		return (Permit) admission;
	}

	private static Pacer pacer(int requestsPerSecond, int maxConcurrent, Duration maxWait, LongSupplier clock) {
		return new Pacer(new Pacing(requestsPerSecond, maxConcurrent, maxWait), clock);
	}

	private static Deadline in(Duration duration) {
		return in(duration, System::nanoTime);
	}

	private static Deadline in(Duration duration, LongSupplier clock) {
		return Deadline.in(duration, clock);
	}

}
