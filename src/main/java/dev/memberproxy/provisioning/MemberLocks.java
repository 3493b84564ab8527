package dev.memberproxy.provisioning;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

import dev.memberproxy.core.MemberRef;
import org.jspecify.annotations.Nullable;

/**
 * A fair lock for each member. Sentry answers one of two simultaneous changes for the
 * same person with an internal error. Only locks in use are kept.
 * <p>
 * See docs/sentry-scim-contract.md, section 17.
 */
final class MemberLocks {

	private final Map<Key, CountedLock> locks = new ConcurrentHashMap<>();

	/**
	 * Acquires the lock of a member.
	 * @param organization the alias of the organization
	 * @param ref the member
	 * @param patience the longest wait
	 * @return the lock, to be closed by the same thread, or empty if the wait was over
	 */
	Optional<MemberLock> acquire(String organization, MemberRef ref, Duration patience) {
		Key key = new Key(organization, ref);
		CountedLock lock = this.locks.compute(key, (_, current) -> CountedLock.use(current));
		if (lock.acquire(patience)) {
			return Optional.of(() -> {
				lock.lock.unlock();
				release(key);
			});
		}
		release(key);
		return Optional.empty();
	}

	/** The number of locks in use. */
	int size() {
		return this.locks.size();
	}

	private void release(Key key) {
		this.locks.computeIfPresent(key, (_, lock) -> lock.release());
	}

	/** A lock that the current thread holds. */
	@FunctionalInterface
	interface MemberLock extends AutoCloseable {

		@Override
		void close();

	}

	private record Key(String organization, MemberRef ref) {
	}

	/** A lock and the number of its users, which the map guards. */
	private static final class CountedLock {

		private final ReentrantLock lock = new ReentrantLock(true);

		private int users;

		static CountedLock use(@Nullable CountedLock current) {
			CountedLock used = (current != null) ? current : new CountedLock();
			used.users++;
			return used;
		}

		@Nullable CountedLock release() {
			return (--this.users > 0) ? this : null;
		}

		boolean acquire(Duration patience) {
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
