package dev.memberproxy.delivery;

import java.util.function.Function;
import java.util.function.Supplier;

import dev.memberproxy.delivery.Delivered.Doubt;
import dev.memberproxy.sentry.Failure;

/**
 * Finds out what became of a change whose end was not seen: looks, sends it once more if
 * nothing is to be seen of it, and looks again. From the first ambiguous attempt on a
 * request is tainted: only what shows that all is as was asked for ends it as a success,
 * and nothing proves that it was not applied.
 *
 * @param <T> what the change is after
 */
final class Settlement<T> {

	/** What a second attempt waits for: that what made the first one fail may pass. */
	private static final int SECOND_ATTEMPT = 3;

	private final Attempts attempts;

	private final Call<T> call;

	private final Function<T, Finding> reading;

	private final Supplier<Finding> looking;

	/**
	 * @param attempts the attempts of the request
	 * @param call the change; one that Sentry never makes twice
	 * @param reading tells whether an answer to the change shows that all is as asked for
	 * @param looking looks whether it is
	 */
	Settlement(Attempts attempts, Call<T> call, Function<T, Finding> reading, Supplier<Finding> looking) {
		this.attempts = attempts;
		this.call = call;
		this.reading = reading;
		this.looking = looking;
	}

	/**
	 * Settles the change.
	 * @param cause the attempt whose end was not seen
	 * @return what became of it
	 */
	Delivered settle(Failure.Ambiguous cause) {
		return settle(cause, this.looking.get());
	}

	/**
	 * Settles the change, after a first look.
	 * @param cause the attempt whose end was not seen
	 * @param first what there was to be seen of it
	 * @return what became of it
	 */
	Delivered settle(Failure.Ambiguous cause, Finding first) {
		Delivered settled = switch (first) {
			case Finding.AsAsked(Delivered end) -> end;
			// What stopped the first attempt stops the second one, or hides its response.
			case Finding.NotYet _ when cause instanceof Failure.ForeignResponse ->
				unknown(cause, Doubt.UNSETTLED, "Sentry does not show the change.");
			case Finding.NotYet _ -> sendOnceMore(cause);
			case Finding.Inconclusive(String why) -> unknown(cause, Doubt.UNSETTLED, why);
		};
		this.attempts.settled(settled);
		return settled;
	}

	private Delivered sendOnceMore(Failure.Ambiguous first) {
		// Where there is no time for a pause, it goes at once.
		this.attempts.pauseAfter(SECOND_ATTEMPT);
		return switch (this.attempts.writeOnceMore(this.call)) {
			case Attempted.Done<T>(T value) -> conclude(this.reading.apply(value), first, Doubt.UNSETTLED);
			case Attempted.Failed<T>(Failure.ForeignResponse _) -> conclude(this.looking.get(), first, Doubt.UNSETTLED);
			case Attempted.Failed<T>(Failure.Ambiguous second) ->
				conclude(this.looking.get(), second, doubt(first, second));
			case Attempted.Failed<T>(Failure.Refusal _) -> conclude(this.looking.get(), first, Doubt.UNSETTLED);
			case Attempted.Failed<T>(Failure.NotProcessed failure) ->
				unknown(first, Doubt.UNSETTLED, failure.diagnosis());
			case Attempted.Busy<T> _, Attempted.CircuitOpen<T> _ ->
				unknown(first, Doubt.UNSETTLED, "There was no time to send it again.");
		};
	}

	private Delivered conclude(Finding finding, Failure.Ambiguous cause, Doubt doubt) {
		return switch (finding) {
			case Finding.AsAsked(Delivered end) -> end;
			case Finding.NotYet _ -> unknown(cause, doubt, "It was sent twice, and nothing is to be seen of it.");
			case Finding.Inconclusive(String why) -> unknown(cause, Doubt.UNSETTLED, why);
		};
	}

	private static Doubt doubt(Failure.Ambiguous first, Failure.Ambiguous second) {
		return (first instanceof Failure.SentryFault && second instanceof Failure.SentryFault) ? Doubt.FAILED_TWICE
				: Doubt.UNSETTLED;
	}

	private Delivered unknown(Failure.Ambiguous cause, Doubt doubt, String why) {
		boolean late = cause instanceof Failure.TimedOut || this.attempts.isTimeOver();
		return new Delivered.Unknown(cause, (late && doubt == Doubt.UNSETTLED) ? Doubt.LATE : doubt, why);
	}

	/** What there is to be seen of a change. */
	sealed interface Finding {

		/**
		 * All is as was asked for.
		 *
		 * @param end how the request ends then
		 */
		record AsAsked(Delivered end) implements Finding {
		}

		/** Nothing, so far. */
		record NotYet() implements Finding {
		}

		/**
		 * Something that neither proves nor disproves it.
		 *
		 * @param why what it is
		 */
		record Inconclusive(String why) implements Finding {

			/** Looking itself did not work. */
			static Inconclusive of(Attempted.Missed<?> missed) {
				return new Inconclusive(switch (missed) {
					case Attempted.Failed<?>(Failure failure) -> "Looking for it failed: " + failure.diagnosis();
					case Attempted.Busy<?> _ -> "No time was left to look for it.";
					case Attempted.CircuitOpen<?> _ -> "Sentry failed too often of late to look for it.";
				});
			}

		}

	}

}
