package dev.memberproxy.core;

/** Learns of each attempt to send something to Sentry for one request. */
public interface AttemptObserver {

	/** For checks that no request asked for: each of them makes one attempt. */
	AttemptObserver NONE = new AttemptObserver() {

		@Override
		public int attempt(boolean change) {
			return 1;
		}

		@Override
		public void responded(boolean change, int status) {
			// No request to report to.
		}

	};

	/**
	 * An attempt starts.
	 * @param change whether it is to change something
	 * @return the number of attempts so far, this one included
	 */
	int attempt(boolean change);

	/**
	 * Sentry responded to the latest attempt.
	 * @param change whether the attempt was to change something
	 * @param status the HTTP status of the response
	 */
	void responded(boolean change, int status);

}
