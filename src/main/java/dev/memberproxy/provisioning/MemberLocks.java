package dev.memberproxy.provisioning;

import java.time.Duration;

import dev.memberproxy.core.MemberRef;

/**
 * A lock for each member. Sentry answers one of two simultaneous changes for the same
 * person with an internal error.
 * <p>
 * See docs/sentry-scim-contract.md, section 17.
 */
public interface MemberLocks {

	/**
	 * Asks for the lock of a member, without waiting for it.
	 * @param organization the alias of the organization
	 * @param ref the member
	 * @param deadline how long the holder works at most: nothing is sent to Sentry after
	 * that
	 * @return the request, to be awaited and closed by the current thread
	 */
	MemberLock request(String organization, MemberRef ref, Duration deadline);

	/** A lock that was asked for. Closing it gives the lock back, or gives up waiting. */
	interface MemberLock extends AutoCloseable {

		/** For what needs no lock. */
		MemberLock NONE = new MemberLock() {
			@Override
			public boolean await(Duration patience) {
				return true;
			}

			@Override
			public void close() {
				// Nothing is held.
			}
		};

		/**
		 * Waits for the lock.
		 * @param patience the longest wait
		 * @return whether the current thread holds the lock
		 */
		boolean await(Duration patience);

		@Override
		void close();

	}

}
