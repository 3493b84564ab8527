package dev.memberproxy.provisioning;

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
import dev.memberproxy.provisioning.MemberLocks.MemberLock;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

@Timeout(60)
class LocalMemberLocksTests {

	private static final MemberRef ADA = ref("ada@example.com");

	private static final ConditionFactory POLL = Awaitility.await()
		.pollDelay(Duration.ZERO)
		.pollInterval(Duration.ofMillis(1));

	private static final Duration LONG = Duration.ofSeconds(30);

	private final LocalMemberLocks locks = new LocalMemberLocks();

	private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();

	@AfterEach
	void noLockIsKept() {
		this.executor.close();
		assertThat(this.locks.size()).isZero();
	}

	@Test
	void acquireAfterCloseSucceeds() {
		for (int i = 0; i < 3; i++) {
			try (MemberLock _ = acquire(ADA, Duration.ZERO).orElseThrow()) {
				assertThat(this.locks.size()).isOne();
			}
			assertThat(this.locks.size()).isZero();
		}
	}

	@Test
	void acquireWhenHeldIsEmptyAfterTheWait() throws Exception {
		try (MemberLock _ = acquire(ADA, LONG).orElseThrow()) {
			for (int millis : new int[] { 0, 20, -20 }) {
				assertThat(isFree("default", ADA, Duration.ofMillis(millis))).isFalse();
			}
			assertThat(isFree("default", ref("Ada@Example.com"), Duration.ZERO)).isFalse();
			assertThat(this.locks.size()).isOne();
		}
	}

	@Test
	void acquireOfOtherMembersNeverWaits() throws Exception {
		try (MemberLock _ = acquire(ADA, LONG).orElseThrow()) {
			assertThat(isFree("default", ref("bob@example.com"), Duration.ZERO)).isTrue();
			assertThat(isFree("other", ADA, Duration.ZERO)).isTrue();
		}
	}

	@Test
	void acquireWhenSeveralWaitSucceedsInOrderOfArrival() {
		Queue<Integer> order = new ConcurrentLinkedQueue<>();
		List<Thread> waiters = new ArrayList<>();
		try (MemberLock _ = acquire(ADA, LONG).orElseThrow()) {
			for (int i = 0; i < 5; i++) {
				int number = i;
				waiters.add(startAndAwaitWaiting(() -> acquireAndClose(LONG, () -> order.add(number))));
			}
			assertThat(order).isEmpty();
		}
		POLL.until(() -> waiters.stream().noneMatch(Thread::isAlive));
		assertThat(order).containsExactly(0, 1, 2, 3, 4);
	}

	@Test
	void acquireWhenAWaiterGivesUpServesTheNext() {
		AtomicInteger acquired = new AtomicInteger();
		AtomicInteger interrupted = new AtomicInteger();
		Thread patient;
		try (MemberLock _ = acquire(ADA, LONG).orElseThrow()) {
			Thread waiter = startAndAwaitWaiting(() -> {
				acquireAndClose(LONG, acquired::incrementAndGet);
				interrupted.addAndGet(Thread.currentThread().isInterrupted() ? 1 : 0);
			});
			patient = startAndAwaitWaiting(() -> acquireAndClose(LONG, acquired::incrementAndGet));
			waiter.interrupt();
			POLL.until(() -> !waiter.isAlive());
			assertThat(acquired).hasValue(0);
			assertThat(patient.isAlive()).isTrue();
		}
		POLL.until(() -> !patient.isAlive());
		assertThat(acquired).hasValue(1);
		assertThat(interrupted).as("keeps the flag").hasValue(1);
	}

	@Test
	void acquireByManyThreadsNeverOverlaps() throws Exception {
		List<MemberRef> members = List.of(ADA, ref("bob@example.com"), ref("eve@example.com"));
		AtomicIntegerArray holders = new AtomicIntegerArray(members.size());
		AtomicInteger overlaps = new AtomicInteger();
		AtomicInteger acquired = new AtomicInteger();
		CountDownLatch start = new CountDownLatch(1);
		List<Future<?>> threads = new ArrayList<>();
		for (int i = 0; i < 50; i++) {
			Random random = new Random(i);
			threads.add(this.executor.submit(() -> {
				start.await();
				for (int j = 0; j < 40; j++) {
					int member = random.nextInt(members.size());
					if (random.nextInt(10) == 0) {
						Thread.currentThread().interrupt();
					}
					acquire(members.get(member), Duration.ofNanos(random.nextInt(2_000_000))).ifPresent((lock) -> {
						acquired.incrementAndGet();
						overlaps.addAndGet(holders.incrementAndGet(member) - 1);
						LockSupport.parkNanos(random.nextInt(20_000));
						holders.decrementAndGet(member);
						lock.close();
					});
					Thread.interrupted();
				}
				return null;
			}));
		}
		start.countDown();
		for (Future<?> thread : threads) {
			thread.get();
		}
		assertThat(overlaps).hasValue(0);
		assertThat(acquired).hasPositiveValue();
	}

	private Optional<MemberLock> acquire(MemberRef member, Duration patience) {
		return acquire("default", member, patience);
	}

	private Optional<MemberLock> acquire(String organization, MemberRef member, Duration patience) {
		MemberLock lock = this.locks.request(organization, member, LONG);
		if (lock.await(patience)) {
			return Optional.of(lock);
		}
		lock.close();
		return Optional.empty();
	}

	private void acquireAndClose(Duration patience, Runnable action) {
		acquire(ADA, patience).ifPresent((lock) -> {
			action.run();
			lock.close();
		});
	}

	private boolean isFree(String organization, MemberRef member, Duration patience) throws Exception {
		return this.executor.submit(() -> {
			Optional<MemberLock> lock = acquire(organization, member, patience);
			lock.ifPresent(MemberLock::close);
			return lock.isPresent();
		}).get();
	}

	private static Thread startAndAwaitWaiting(Runnable task) {
		Thread thread = Thread.ofVirtual().start(task);
		POLL.until(() -> thread.getState() == Thread.State.TIMED_WAITING);
		return thread;
	}

	private static MemberRef ref(String address) {
		return new MemberRef.ByAddress(new EmailAddress(EmailAddress.normalize(address)));
	}

}
