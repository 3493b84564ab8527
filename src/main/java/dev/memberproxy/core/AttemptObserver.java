package dev.memberproxy.core;

/** Learns of each attempt that a request makes at Sentry. */
public interface AttemptObserver {

	/** Ignores all attempts, for checks that no caller requested. */
	AttemptObserver NONE = new AttemptObserver() {

		@Override
		public int attempt(boolean change) {
			return 1;
		}

		@Override
		public void responded(boolean change, int status) {
			// Nothing depends on it.
		}

	};

	/**
	 * An attempt begins.
	 * @param change whether it can change something
	 * @return the number of attempts so far, this one included
	 */
	int attempt(boolean change);

	/**
	 * A response arrived.
	 * @param change whether the attempt could change something
	 * @param status the HTTP status
	 */
	void responded(boolean change, int status);

}
