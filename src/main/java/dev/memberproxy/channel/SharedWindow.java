package dev.memberproxy.channel;

import java.time.Duration;

/**
 * Keeps Sentry's limits for one organization and one method over all replicas of this
 * service. Each replica keeps its own queue and its own {@link RateWindow}; the first
 * request of the queue asks here before it is sent.
 * <p>
 * See docs/sentry-scim-contract.md, section 14.
 */
public interface SharedWindow {

	/**
	 * A little longer than the second that Sentry counts in, as requests do not all take
	 * the same time to arrive.
	 */
	Duration WINDOW = Duration.ofMillis(1100);

	/** For a single replica, which its own {@link RateWindow} is enough for. */
	SharedWindow NONE = new SharedWindow() {

		@Override
		public int divisor() {
			return 1;
		}

		@Override
		public Answer ask(Demand demand) {
			return Go.ALONE;
		}

		@Override
		public Others others() {
			return Others.NONE;
		}

		@Override
		public void pause(Duration duration) {
			// The only replica pauses itself.
		}

	};

	/**
	 * How many replicas have to share the limits without asking each other. 1 while they
	 * can ask.
	 * @return at least 1
	 */
	int divisor();

	/**
	 * Asks for the right to send one request. Takes at most one round trip.
	 * @param demand what is asked for
	 * @return the right to send, or when to ask again
	 */
	Answer ask(Demand demand);

	/**
	 * What the other replicas do, as far as the last answer showed.
	 * @return the state of the others
	 */
	Others others();

	/**
	 * Lets no replica send for some time, because Sentry requests it.
	 * @param duration the time from now
	 */
	void pause(Duration duration);

	/**
	 * What a replica asks for.
	 *
	 * @param limit the most requests of all replicas in a window; 0 for no limit
	 * @param maxConcurrent the most requests of all replicas in progress at the same time
	 * @param waiting how many requests wait in the queue of this replica
	 */
	record Demand(int limit, int maxConcurrent, int waiting) {
	}

	/**
	 * What the other replicas do.
	 *
	 * @param waiting how many requests wait in their queues
	 * @param inFlight how many requests they have in progress
	 * @param opensIn when the next request may be sent by any replica
	 */
	record Others(int waiting, int inFlight, Duration opensIn) {

		/** There are no others, or nothing is known of them. */
		public static final Others NONE = new Others(0, 0, Duration.ZERO);

	}

	/** Whether a request may be sent. */
	sealed interface Answer {

	}

	/**
	 * The request may not be sent yet.
	 *
	 * @param duration when to ask again
	 */
	record Wait(Duration duration) implements Answer {
	}

	/** The right to send one request. */
	non-sealed interface Go extends Answer {

		/** The right of the only replica. */
		Go ALONE = new Go() {
			@Override
			public boolean send() {
				return true;
			}

			@Override
			public void end() {
				// Nobody else needs to know.
			}
		};

		/**
		 * The first byte of the request is about to be sent.
		 * @return whether it may be sent: the right ends if it is not used soon
		 */
		boolean send();

		/** The request has ended, whether it was sent or not. */
		void end();

	}

}
