package dev.memberproxy.delivery;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;

import dev.memberproxy.core.EmailAddress;
import dev.memberproxy.core.MemberRef;
import dev.memberproxy.delivery.Turns.Turn;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

@Timeout(60)
class TurnsTests {

	private static final String ORGANIZATION = "default";

	private static final MemberRef ADA = ref("ada@example.com");

	private static final MemberRef BOB = ref("bob@example.com");

	private static final ConditionFactory POLL = Awaitility.await()
		.pollDelay(Duration.ZERO)
		.pollInterval(Duration.ofMillis(1));

	private static final Duration LONG = Duration.ofSeconds(30);

	private final Turns turns = new Turns();

	private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();

	@AfterEach
	void nobodyIsRemembered() {
		this.executor.close();
		assertThat(this.turns.size()).isZero();
	}

	@Test
	void takeWhenNobodyElseAsksIsGivenAtOnce() {
		try (Turn _ = this.turns.take(ORGANIZATION, ADA, Duration.ZERO).orElseThrow()) {
			assertThat(this.turns.size()).isOne();
		}
	}

	@Test
	void takeWhenClosedIsGivenAgain() {
		for (int i = 0; i < 3; i++) {
			try (Turn _ = this.turns.take(ORGANIZATION, ADA, Duration.ZERO).orElseThrow()) {
				assertThat(this.turns.size()).isOne();
			}
			assertThat(this.turns.size()).isZero();
		}
	}

	@Test
	void takeWhenAnotherHasTheTurnIsEmptyAfterPatienceHasRunOut() throws Exception {
		try (Turn _ = this.turns.take(ORGANIZATION, ADA, LONG).orElseThrow()) {
			assertThat(takeElsewhere(ORGANIZATION, ADA, Duration.ZERO)).isFalse();
			assertThat(takeElsewhere(ORGANIZATION, ADA, Duration.ofMillis(20))).isFalse();
			assertThat(takeElsewhere(ORGANIZATION, ADA, Duration.ofMillis(-20))).isFalse();
			assertThat(this.turns.size()).isOne();
		}
	}

	@Test
	void takeWhenAnotherPersonHasTheTurnIsGiven() throws Exception {
		try (Turn _ = this.turns.take(ORGANIZATION, ADA, LONG).orElseThrow()) {
			assertThat(takeElsewhere(ORGANIZATION, BOB, Duration.ZERO)).isTrue();
		}
	}

	@Test
	void takeWhenSamePersonHasTheTurnInAnotherOrganizationIsGiven() throws Exception {
		try (Turn _ = this.turns.take(ORGANIZATION, ADA, LONG).orElseThrow()) {
			assertThat(takeElsewhere("other", ADA, Duration.ZERO)).isTrue();
		}
	}

	@Test
	void takeWhenAddressIsEqualButNotTheSameObjectWaits() throws Exception {
		try (Turn _ = this.turns.take(ORGANIZATION, ADA, LONG).orElseThrow()) {
			assertThat(takeElsewhere(ORGANIZATION, ref("Ada@Example.com"), Duration.ZERO)).isFalse();
		}
	}

	@Test
	void takeWhenSeveralWaitIsGivenInOrderOfArrival() {
		Queue<Integer> order = new ConcurrentLinkedQueue<>();
		List<Thread> waiters = new ArrayList<>();
		try (Turn _ = this.turns.take(ORGANIZATION, ADA, LONG).orElseThrow()) {
			for (int i = 0; i < 10; i++) {
				int number = i;
				waiters.add(startAndAwaitParking(() -> {
					try (Turn _ = this.turns.take(ORGANIZATION, ADA, LONG).orElseThrow()) {
						order.add(number);
					}
				}));
			}
			assertThat(order).isEmpty();
		}
		POLL.until(() -> waiters.stream().noneMatch(Thread::isAlive));
		assertThat(order).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
	}

	@Test
	void takeWhenPatienceOfOneRunsOutDoesNotHoldUpTheNext() {
		AtomicInteger given = new AtomicInteger();
		Thread patient;
		try (Turn _ = this.turns.take(ORGANIZATION, ADA, LONG).orElseThrow()) {
			Thread impatient = startAndAwaitParking(() -> take(Duration.ofMillis(500), given));
			patient = startAndAwaitParking(() -> take(LONG, given));
			POLL.until(() -> !impatient.isAlive());
			assertThat(given).hasValue(0);
			assertThat(patient.isAlive()).isTrue();
		}
		POLL.until(() -> !patient.isAlive());
		assertThat(given).hasValue(1);
	}

	@Test
	void takeWhenInterruptedIsEmptyAndKeepsTheFlag() {
		AtomicInteger given = new AtomicInteger();
		AtomicInteger flagged = new AtomicInteger();
		try (Turn _ = this.turns.take(ORGANIZATION, ADA, LONG).orElseThrow()) {
			Thread waiter = startAndAwaitParking(() -> {
				take(LONG, given);
				flagged.addAndGet(Thread.currentThread().isInterrupted() ? 1 : 0);
			});
			waiter.interrupt();
			POLL.until(() -> !waiter.isAlive());
			assertThat(this.turns.size()).isOne();
		}
		assertThat(given).hasValue(0);
		assertThat(flagged).hasValue(1);
	}

	@Test
	void takeWhenExceptionIsThrownUnderWayIsGivenToTheNext() {
		assertThatIllegalStateException().isThrownBy(() -> {
			try (Turn _ = this.turns.take(ORGANIZATION, ADA, LONG).orElseThrow()) {
				throw new IllegalStateException("under way");
			}
		});
		assertThat(this.turns.size()).isZero();
		try (Turn _ = this.turns.take(ORGANIZATION, ADA, Duration.ZERO).orElseThrow()) {
			assertThat(this.turns.size()).isOne();
		}
	}

	@Test
	void takeWhenManyAskAtTheSameTimeGivesOneTurnPerPersonAndForgetsAll() throws Exception {
		List<MemberRef> persons = List.of(ADA, BOB, ref("eve@example.com"));
		AtomicIntegerArray underWay = new AtomicIntegerArray(persons.size());
		AtomicInteger overlaps = new AtomicInteger();
		AtomicInteger given = new AtomicInteger();
		CountDownLatch start = new CountDownLatch(1);
		List<Future<?>> all = new ArrayList<>();
		for (int i = 0; i < 50; i++) {
			Random random = new Random(i);
			all.add(this.executor.submit(() -> {
				start.await();
				for (int j = 0; j < 40; j++) {
					int person = random.nextInt(persons.size());
					Duration patience = Duration.ofNanos(random.nextInt(2_000_000));
					if (random.nextInt(10) == 0) {
						Thread.currentThread().interrupt();
					}
					Optional<Turn> turn = this.turns.take(ORGANIZATION, persons.get(person), patience);
					if (turn.isPresent()) {
						given.incrementAndGet();
						overlaps.addAndGet(underWay.incrementAndGet(person) - 1);
						LockSupport.parkNanos(random.nextInt(20_000));
						underWay.decrementAndGet(person);
						turn.get().close();
					}
					Thread.interrupted();
				}
				return null;
			}));
		}
		start.countDown();
		for (Future<?> one : all) {
			one.get();
		}
		assertThat(overlaps).hasValue(0);
		assertThat(given).hasPositiveValue();
		assertThat(this.turns.size()).isZero();
	}

	private void take(Duration patience, AtomicInteger given) {
		this.turns.take(ORGANIZATION, ADA, patience).ifPresent((turn) -> {
			given.incrementAndGet();
			turn.close();
		});
	}

	private boolean takeElsewhere(String organization, MemberRef address, Duration patience) throws Exception {
		return this.executor.submit(() -> {
			Optional<Turn> turn = this.turns.take(organization, address, patience);
			turn.ifPresent(Turn::close);
			return turn.isPresent();
		}).get();
	}

	private static Thread startAndAwaitParking(Runnable task) {
		Thread thread = Thread.ofVirtual().start(task);
		POLL.until(() -> thread.getState() == Thread.State.TIMED_WAITING);
		return thread;
	}

	private static MemberRef ref(String address) {
		return new MemberRef.ByAddress(new EmailAddress(EmailAddress.normalize(address)));
	}

}
