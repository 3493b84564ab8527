package dev.memberproxy.channel;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

import dev.memberproxy.channel.RequestQueue.Admission;
import dev.memberproxy.channel.RequestQueue.Full;
import dev.memberproxy.channel.RequestQueue.Priority;
import dev.memberproxy.channel.RequestQueue.Slot;
import dev.memberproxy.channel.SharedWindow.Demand;
import dev.memberproxy.channel.SharedWindow.Go;
import dev.memberproxy.channel.SharedWindow.Others;
import dev.memberproxy.channel.SharedWindow.Wait;
import dev.memberproxy.organizations.Organization.Pacing;
import dev.memberproxy.sentry.RateLimits;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

@Timeout(60)
class RequestQueueTests {

	private static final ConditionFactory POLL = Awaitility.await()
		.pollDelay(Duration.ZERO)
		.pollInterval(Duration.ofMillis(1));

	private static final Duration LONG = Duration.ofSeconds(50);

	private static final Duration WINDOW = RateWindow.WINDOW;

	/** Stands still unless it is moved. */
	private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 1);

	private final Queue<String> served = new ConcurrentLinkedQueue<>();

	private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();

	@AfterEach
	void endAll() {
		this.executor.shutdownNow();
		this.executor.close();
	}

	@Test
	void enterAdmitsRetriesFirstAndOthersInOrder() throws Exception {
		RequestQueue queue = queue(0, 1, LONG);
		Slot held = slot(enter(queue));
		List<Future<Admission>> waiting = new ArrayList<>();
		for (Priority priority : List.of(Priority.NEW, Priority.NEW, Priority.RETRY, Priority.RECONCILIATION,
				Priority.NEW, Priority.RETRY)) {
			waiting.add(startAndAwaitWaiting(queue, priority + " " + waiting.size(), priority, LONG));
		}
		assertThat(this.served).isEmpty();
		held.close();
		for (Future<Admission> one : waiting) {
			slot(one.get());
		}
		assertThat(this.served).containsExactly("RETRY 2", "RECONCILIATION 3", "RETRY 5", "NEW 0", "NEW 1", "NEW 4");
		assertThat(queue.waiting()).isZero();
	}

	@Test
	void enterWhenForecastExceedsMaxWaitIsFull() {
		RequestQueue queue = queue(2, 0, WINDOW.minusNanos(1));
		slot(enter(queue)).sending();
		slot(enter(queue)).sending();
		assertThat(enter(queue)).isEqualTo(new Full(WINDOW));
		assertThat(queue.waiting()).isZero();
		pass(WINDOW.minusNanos(1));
		assertThat(enter(queue, Priority.RETRY, Duration.ZERO)).isInstanceOf(Full.class);
		pass(Duration.ofNanos(1));
		slot(enter(queue));
	}

	@Test
	void enterWhenForecastExceedsDeadlineIsFull() {
		RequestQueue queue = queue(1, 0, LONG);
		slot(enter(queue)).sending();
		assertThat(enter(queue, Priority.NEW, Duration.ofSeconds(1))).isEqualTo(new Full(WINDOW));
		assertThat(queue.waiting()).isZero();
	}

	@Test
	void enterWhenWaitLeavesTooLittleTimeForTheRequestIsFull() {
		RequestQueue queue = queue(1, 0, LONG);
		useFor(queue, Duration.ofSeconds(1));
		Duration wait = WINDOW.minusSeconds(1);
		assertThat(enter(queue, Priority.NEW, wait.plusSeconds(2).minusNanos(1))).isEqualTo(new Full(wait));
		pass(wait);
		slot(enter(queue, Priority.NEW, Duration.ofMillis(1)));
	}

	@Test
	void enterWhenOthersWaitForecastsBehindThem() {
		RequestQueue queue = queue(1, 0, WINDOW.multipliedBy(3).minusNanos(1));
		slot(enter(queue)).sending();
		var _ = startAndAwaitWaiting(queue, "first", Priority.RETRY, LONG);
		var _ = startAndAwaitWaiting(queue, "second", Priority.RETRY, LONG);
		assertThat(enter(queue)).isEqualTo(new Full(WINDOW.multipliedBy(3)));
	}

	@Test
	void enterWhenMaxWaitIsZeroNeverWaits() {
		RequestQueue queue = queue(0, 1, Duration.ZERO);
		Slot first = slot(enter(queue));
		assertThat(enter(queue)).as("no request has ended yet").isInstanceOf(Full.class);
		first.close();
		useFor(queue, Duration.ofSeconds(2));
		Slot held = slot(enter(queue));
		assertThat(enter(queue)).isEqualTo(new Full(Duration.ofSeconds(2)));
		held.close();
		slot(enter(queue));
	}

	@Test
	void enterBestEffortNeverWaitsAndNeverOvertakes() {
		RequestQueue queue = queue(1, 0, LONG);
		slot(enter(queue, Priority.BEST_EFFORT, LONG)).sending();
		assertThat(enter(queue, Priority.BEST_EFFORT, LONG)).isEqualTo(new Full(WINDOW));
		var _ = startAndAwaitWaiting(queue, "waiting", Priority.RETRY, LONG);
		pass(WINDOW);
		assertThat(enter(queue, Priority.BEST_EFFORT, LONG)).isInstanceOf(Full.class);
	}

	@Test
	void closeOfAnUnsentRequestAdmitsTheNext() throws Exception {
		RequestQueue queue = queue(1, 0, LONG);
		Slot held = slot(enter(queue));
		Future<Admission> next = startAndAwaitWaiting(queue, "next", Priority.NEW, LONG);
		held.close();
		slot(next.get());
	}

	@Test
	void closeOfASentRequestKeepsItsPlaceInTheWindow() throws Exception {
		RequestQueue queue = queue(1, 0, LONG);
		Slot held = slot(enter(queue));
		Future<Admission> next = startAndAwaitWaiting(queue, "next", Priority.NEW, LONG);
		held.sending();
		held.close();
		assertThat(queue.waiting()).isOne();
		pass(WINDOW);
		queue.pause(Duration.ZERO);
		slot(next.get());
	}

	@Test
	void receivedWhenMorePlacesAreReportedAdmitsTheNext() throws Exception {
		RequestQueue queue = queue(0, 2, LONG);
		Slot first = slot(enter(queue));
		first.sending();
		first.received(new RateLimits(null, 1, null));
		Future<Admission> next = startAndAwaitWaiting(queue, "next", Priority.NEW, LONG);
		first.received(new RateLimits(null, 2, null));
		slot(next.get());
	}

	@ParameterizedTest
	@EnumSource(names = { "NEW", "RETRY" })
	void enterWhenDeadlinePassesLeavesTheQueue(Priority priority) throws Exception {
		RequestQueue queue = queue(0, 1, LONG);
		Slot held = slot(enter(queue));
		Future<Admission> impatient = startAndAwaitWaiting(queue, "impatient", priority, Duration.ofSeconds(1));
		Future<Admission> patient = startAndAwaitWaiting(queue, "patient", priority, LONG);
		pass(Duration.ofSeconds(1));
		queue.pause(Duration.ZERO);
		assertThat(impatient.get()).isInstanceOf(Full.class);
		assertThat(queue.waiting()).isOne();
		held.close();
		slot(patient.get());
	}

	@ParameterizedTest
	@EnumSource(names = { "NEW", "RETRY" })
	void enterWhenInterruptedKeepsTheFlagAndLeavesTheQueue(Priority priority) throws Exception {
		RequestQueue queue = queue(0, 1, LONG);
		Slot held = slot(enter(queue));
		List<Object> results = new ArrayList<>();
		Thread waiter = Thread.ofVirtual().start(() -> {
			results.add(enter(queue, priority, LONG));
			results.add(Thread.currentThread().isInterrupted());
		});
		POLL.until(() -> queue.waiting() == 1);
		Future<Admission> next = startAndAwaitWaiting(queue, "next", Priority.NEW, LONG);
		waiter.interrupt();
		waiter.join();
		assertThat(results).containsExactly(new Full(Duration.ZERO), true);
		held.close();
		slot(next.get());
	}

	@ParameterizedTest
	@EnumSource(names = { "NEW", "RETRY" })
	void pauseRejectsOnlyThoseThatCannotWait(Priority priority) throws Exception {
		RequestQueue queue = queue(0, 1, LONG);
		Slot held = slot(enter(queue));
		List<Future<Admission>> waiting = new ArrayList<>();
		for (int seconds : new int[] { 9, 40, 2, 11 }) {
			waiting.add(startAndAwaitWaiting(queue, seconds + " s", priority, Duration.ofSeconds(seconds)));
		}
		queue.pause(Duration.ofSeconds(10));
		assertThat(waiting.get(0).get()).isEqualTo(new Full(Duration.ofSeconds(10)));
		assertThat(waiting.get(2).get()).isEqualTo(new Full(Duration.ofSeconds(10)));
		held.close();
		assertThat(queue.waiting()).isEqualTo(2);
		pass(Duration.ofSeconds(10));
		queue.pause(Duration.ZERO);
		slot(waiting.get(1).get());
		slot(waiting.get(3).get());
		assertThat(this.served).containsExactly("40 s", "11 s");
	}

	@Test
	void enterWhenPausedForTooLongIsFull() {
		RequestQueue queue = queue(40, 25, Duration.ofSeconds(5));
		queue.pause(Duration.ofSeconds(6));
		assertThat(enter(queue)).isEqualTo(new Full(Duration.ofSeconds(6)));
		assertThat(enter(queue, Priority.RETRY, Duration.ofSeconds(5))).isEqualTo(new Full(Duration.ofSeconds(6)));
		assertThat(queue.waiting()).isZero();
		pass(Duration.ofSeconds(6));
		slot(enter(queue));
	}

	@Test
	void enterWhenReplicasMustWaitAsksAgainAndIsWithdrawnIfTooLate() throws Exception {
		Answers shared = new Answers();
		RequestQueue queue = new RequestQueue(new Pacing(40, 25, LONG), System::nanoTime, shared);
		shared.next.addAll(List.of(new Wait(Duration.ofMillis(5)), new Wait(Duration.ofMillis(5)), shared.right(true)));
		Slot slot = slot(queue.enter(Priority.NEW, Deadline.in(LONG, System::nanoTime)));
		assertThat(shared.demands).hasSize(3).allMatch((demand) -> demand.equals(new Demand(40, 25, 1)));
		assertThat(slot.sending()).isTrue();
		slot.close();
		shared.next.add(shared.right(false));
		Slot late = slot(queue.enter(Priority.NEW, Deadline.in(LONG, System::nanoTime)));
		assertThat(late.sending()).isFalse();
		late.close();
		assertThat(shared.ended).hasValue(2);
	}

	@Test
	void enterWhileOthersAreAskedIsRejectedWithoutWaiting() throws Exception {
		Answers shared = new Answers();
		shared.others = new Others(80, 0, Duration.ofSeconds(1));
		RequestQueue queue = new RequestQueue(new Pacing(40, 25, Duration.ofSeconds(2)), System::nanoTime, shared);
		shared.held = new CountDownLatch(1);
		shared.next.add(shared.right(true));
		Future<Admission> asking = this.executor
			.submit(() -> queue.enter(Priority.RETRY, Deadline.in(LONG, System::nanoTime)));
		POLL.until(() -> shared.demands.size() == 1);
		assertThat(queue.enter(Priority.NEW, Deadline.in(LONG, System::nanoTime)))
			.as("the others have two windows of requests, and the first of these opens in a second")
			.isEqualTo(new Full(WINDOW.multipliedBy(2).plusSeconds(1)));
		shared.held.countDown();
		slot(asking.get());
	}

	@Test
	void enterWhenReplicasCannotAskKeepsToItsShare() {
		Answers shared = new Answers();
		shared.divisor = 3;
		RequestQueue queue = new RequestQueue(new Pacing(40, 25, Duration.ZERO), this.clock::get, shared);
		for (int i = 0; i < 13; i++) {
			shared.next.add(shared.right(true));
			try (Slot slot = slot(enter(queue))) {
				slot.sending();
			}
		}
		assertThat(enter(queue)).as("a third of 40").isEqualTo(new Full(WINDOW));
		assertThat(shared.demands).as("of all replicas, which count together again")
			.containsOnly(new Demand(40, 25, 1));
		shared.divisor = 1;
		shared.next.add(shared.right(true));
		slot(enter(queue));
	}

	@Test
	void pauseReachesTheOtherReplicas() {
		Answers shared = new Answers();
		RequestQueue queue = new RequestQueue(new Pacing(40, 25, LONG), this.clock::get, shared);
		queue.pause(Duration.ofSeconds(6));
		assertThat(shared.pauses).containsExactly(Duration.ofSeconds(6));
	}

	@ParameterizedTest
	@CsvSource({ "0, 5", "100000, 5", "100000, 0", "2000, 5" })
	void enterWhenRequestsEndInAnyWayLeavesNothingBehind(int requestsPerSecond, int maxConcurrent) throws Exception {
		RequestQueue queue = new RequestQueue(new Pacing(requestsPerSecond, maxConcurrent, Duration.ofMillis(50)),
				System::nanoTime, SharedWindow.NONE);
		AtomicInteger inFlight = new AtomicInteger();
		AtomicInteger most = new AtomicInteger();
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
					Priority priority = random.nextBoolean() ? Priority.NEW : Priority.RETRY;
					Duration time = Duration.ofNanos(random.nextInt(20_000_000));
					if (queue.enter(priority, Deadline.in(time, System::nanoTime)) instanceof Slot slot) {
						most.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
						use(slot, random);
						inFlight.decrementAndGet();
						slot.close();
					}
					Thread.interrupted();
					if (random.nextInt(50) == 0) {
						queue.pause(Duration.ofNanos(random.nextInt(200_000)));
					}
				}
				return null;
			}));
		}
		start.countDown();
		for (Future<?> thread : threads) {
			thread.get();
		}
		assertThat(queue.waiting()).isZero();
		assertThat(most.get()).isBetween(1, (maxConcurrent != 0) ? maxConcurrent : 50);
		for (int i = 0; i < maxConcurrent; i++) {
			slot(queue.enter(Priority.RETRY, Deadline.in(LONG, System::nanoTime)));
		}
	}

	/** Cancelled, sent without a response, or with one. */
	private static void use(Slot slot, Random random) {
		LockSupport.parkNanos(random.nextInt(100_000));
		if (random.nextInt(4) == 0) {
			return;
		}
		slot.sending();
		LockSupport.parkNanos(random.nextInt(100_000));
		if (random.nextInt(4) != 0) {
			slot.received(new RateLimits(random.nextInt(5, 1_000), null, Duration.ofNanos(random.nextInt(1_000_000))));
		}
	}

	/** Starts a request that waits, and closes its slot as soon as it has one. */
	private Future<Admission> startAndAwaitWaiting(RequestQueue queue, String name, Priority priority,
			Duration duration) {
		int waiting = queue.waiting();
		Future<Admission> future = this.executor.submit(() -> {
			Admission admission = enter(queue, priority, duration);
			if (admission instanceof Slot slot) {
				this.served.add(name);
				slot.close();
			}
			return admission;
		});
		POLL.until(() -> queue.waiting() == waiting + 1);
		return future;
	}

	/** Sends a request that takes some time. */
	private void useFor(RequestQueue queue, Duration duration) {
		try (Slot slot = slot(enter(queue))) {
			slot.sending();
			pass(duration);
		}
	}

	private void pass(Duration duration) {
		this.clock.addAndGet(duration.toNanos());
	}

	private Admission enter(RequestQueue queue) {
		return enter(queue, Priority.NEW, LONG);
	}

	private Admission enter(RequestQueue queue, Priority priority, Duration duration) {
		return queue.enter(priority, Deadline.in(duration, this.clock::get));
	}

	private RequestQueue queue(int requestsPerSecond, int maxConcurrent, Duration maxWait) {
		return new RequestQueue(new Pacing(requestsPerSecond, maxConcurrent, maxWait), this.clock::get,
				SharedWindow.NONE);
	}

	private static Slot slot(Admission admission) {
		assertThat(admission).isInstanceOf(Slot.class);
		return (Slot) admission;
	}

	/** The other replicas, which answer as the test says. */
	private static final class Answers implements SharedWindow {

		private final Queue<Answer> next = new ConcurrentLinkedQueue<>();

		private final List<Demand> demands = new CopyOnWriteArrayList<>();

		private final List<Duration> pauses = new ArrayList<>();

		private final AtomicInteger ended = new AtomicInteger();

		private volatile int divisor = 1;

		private volatile Others others = Others.NONE;

		private volatile CountDownLatch held = new CountDownLatch(0);

		Go right(boolean permitted) {
			return new Go() {
				@Override
				public boolean send() {
					return permitted;
				}

				@Override
				public void end() {
					Answers.this.ended.incrementAndGet();
				}
			};
		}

		@Override
		public int divisor() {
			return this.divisor;
		}

		@Override
		public Answer ask(Demand demand) {
			this.demands.add(demand);
			try {
				this.held.await();
			}
			catch (InterruptedException ex) {
				throw new AssertionError(ex);
			}
			return this.next.remove();
		}

		@Override
		public Others others() {
			return this.others;
		}

		@Override
		public void pause(Duration duration) {
			this.pauses.add(duration);
		}

	}

}
