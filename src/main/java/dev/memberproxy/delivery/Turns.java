package dev.memberproxy.delivery;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

import dev.memberproxy.core.MemberRef;
import org.jspecify.annotations.Nullable;

/**
 * Lets requests for the same person pass one after the other, in the order they came:
 * Sentry answers one of two at the same time with an internal error. Remembers only
 * persons for whom a request is under way.
 */
final class Turns {

	private final Map<Person, Queue> queues = new ConcurrentHashMap<>();

	/**
	 * Waits for the person's turn.
	 * @param organization the alias of the organization
	 * @param ref the person
	 * @param patience how long to wait
	 * @return the turn, to be closed by the same thread, or empty if it did not come in
	 * time
	 */
	Optional<Turn> take(String organization, MemberRef ref, Duration patience) {
		Person person = new Person(organization, ref);
		Queue queue = this.queues.compute(person, (_, present) -> Queue.join(present));
		if (queue.await(patience)) {
			return Optional.of(() -> {
				queue.lock.unlock();
				leave(person);
			});
		}
		leave(person);
		return Optional.empty();
	}

	/**
	 * How many persons a request is under way for.
	 * @return the number
	 */
	int size() {
		return this.queues.size();
	}

	private void leave(Person person) {
		this.queues.computeIfPresent(person, (_, queue) -> queue.leave());
	}

	/** The right to be the only one who asks for a person. */
	@FunctionalInterface
	interface Turn extends AutoCloseable {

		@Override
		void close();

	}

	private record Person(String organization, MemberRef ref) {
	}

	/** Those who ask for one person; the counter is guarded by the map. */
	private static final class Queue {

		private final ReentrantLock lock = new ReentrantLock(true);

		private int present;

		static Queue join(@Nullable Queue queue) {
			Queue joined = (queue != null) ? queue : new Queue();
			joined.present++;
			return joined;
		}

		@Nullable Queue leave() {
			return (--this.present > 0) ? this : null;
		}

		/** An interrupted wait is one whose time is over. */
		boolean await(Duration patience) {
			try {
				return this.lock.tryLock(patience.toNanos(), TimeUnit.NANOSECONDS);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				return false;
			}
		}

	}

}
