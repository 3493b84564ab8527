package dev.memberproxy.provisioning;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

import dev.memberproxy.core.MemberRef;
import org.jspecify.annotations.Nullable;

/** Fair locks within this process. Only locks in use are kept. */
public final class LocalMemberLocks implements MemberLocks {

	private final Map<Key, CountedLock> locks = new ConcurrentHashMap<>();

	@Override
	public MemberLock request(String organization, MemberRef ref, Duration deadline) {
		Key key = new Key(organization, ref);
		return new Request(key, this.locks.compute(key, (_, current) -> CountedLock.use(current)).lock);
	}

	/** The number of locks in use. */
	int size() {
		return this.locks.size();
	}

	private final class Request implements MemberLock {

		private final Key key;

		private final ReentrantLock lock;

		Request(Key key, ReentrantLock lock) {
			this.key = key;
			this.lock = lock;
		}

		@Override
		public boolean await(Duration patience) {
			try {
				return this.lock.isHeldByCurrentThread() || this.lock.tryLock(patience.toNanos(), TimeUnit.NANOSECONDS);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				return false;
			}
		}

		@Override
		public void close() {
			if (this.lock.isHeldByCurrentThread()) {
				this.lock.unlock();
			}
			LocalMemberLocks.this.locks.computeIfPresent(this.key, (_, used) -> used.release());
		}

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

	}

}
