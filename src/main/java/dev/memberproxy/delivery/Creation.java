package dev.memberproxy.delivery;

import java.time.Duration;
import java.util.Optional;

import dev.memberproxy.audit.Trail;
import dev.memberproxy.core.Role;
import dev.memberproxy.delivery.Delivered.Doubt;
import dev.memberproxy.delivery.Line.Standing;
import dev.memberproxy.sentry.Answer;
import dev.memberproxy.sentry.Lookup;
import dev.memberproxy.sentry.Member;
import dev.memberproxy.sentry.NewMember;

/**
 * Gives one person a seat and does not end before it is known what came of it, or the
 * deadline has passed.
 * <p>
 * What was not processed is sent again. What may have been is looked for; if it is not
 * found it is sent once more, which is safe because Sentry has no two members with the
 * same address. From the first ambiguous attempt on the request is tainted: only Sentry's
 * word that it created the member, or a member that is as was asked for, ends it as a
 * success, and nothing proves that it was not applied.
 */
final class Creation {

	private static final Answer.Ambiguous EARLIER = new Answer.Unclear(null,
			"It is not known what became of an earlier request with the same key.");

	/** What a second POST waits for: that what made the first one fail may pass. */
	private static final int SECOND_POST = 3;

	private final Line line;

	private final NewMember member;

	private final Deadline working;

	private final Deadline settling;

	private final Backoff backoff;

	private final Trail trail;

	/**
	 * @param line the way to Sentry
	 * @param member whom to create
	 * @param working when everything but settling must be over
	 * @param settling when everything must be over
	 * @param backoff the waits between attempts
	 * @param trail learns of each attempt
	 */
	Creation(Line line, NewMember member, Deadline working, Deadline settling, Backoff backoff, Trail trail) {
		this.line = line;
		this.member = member;
		this.working = working;
		this.settling = settling;
		this.backoff = backoff;
		this.trail = trail;
	}

	Delivered run() {
		return switch (post(Standing.NEW, Standing.RETURNING, this.working)) {
			case Attempted.Answered(Answer.Created(Member created)) -> new Delivered.Created(created);
			case Attempted.Answered(Answer.Refusal refusal) -> new Delivered.Refused(refusal);
			case Attempted.Answered(Answer.NotProcessed failure) -> new Delivered.NotProcessed(failure);
			case Attempted.Answered(Answer.Ambiguous cause) -> settle(cause);
			case Attempted.Busy(Duration retryAfter) ->
				new Delivered.Busy(retryAfter, "The queue is longer than it can wait.");
			case Attempted.CircuitOpen _ -> new Delivered.CircuitOpen(OutageBreaker.PEACE);
		};
	}

	/** Goes on where an earlier request ended without a known outcome. */
	Delivered resume() {
		return settle(EARLIER);
	}

	/** How a resumed request ends if there is no time to find anything out. */
	static Delivered unresumed() {
		return new Delivered.Unknown(EARLIER, Doubt.LATE, "Other requests for the same person were under way.");
	}

	private Delivered settle(Answer.Ambiguous cause) {
		return switch (lookUp()) {
			case Finding.Fitting(Member found) -> new Delivered.Reconciled(found);
			case Finding.Nothing _ -> postOnceMore(cause);
			case Finding.Inconclusive(String why) -> unknown(cause, Doubt.UNSETTLED, why);
		};
	}

	private Delivered postOnceMore(Answer.Ambiguous first) {
		// Where there is no time for a pause, it goes at once.
		pause(this.backoff.after(SECOND_POST), this.settling);
		return switch (post(Standing.SETTLING, Standing.SETTLING, this.settling)) {
			case Attempted.Answered(Answer.Created(Member created)) -> new Delivered.Created(created);
			case Attempted.Answered(Answer.AlreadyMember _), Attempted.Answered(Answer.AlreadyInvited _) ->
				confirm(first, Doubt.UNSETTLED);
			case Attempted.Answered(Answer.Ambiguous second) -> confirm(second, doubt(first, second));
			case Attempted.Answered(Answer.Failure failure) -> unknown(first, Doubt.UNSETTLED, failure.diagnosis());
			case Attempted.Busy _, Attempted.CircuitOpen _ ->
				unknown(first, Doubt.UNSETTLED, "There was no time to send it again.");
		};
	}

	private Delivered confirm(Answer.Ambiguous cause, Doubt doubt) {
		return switch (lookUp()) {
			case Finding.Fitting(Member found) -> new Delivered.Reconciled(found);
			case Finding.Nothing _ -> unknown(cause, doubt, "It was sent twice, and the member is not listed.");
			case Finding.Inconclusive(String why) -> unknown(cause, Doubt.UNSETTLED, why);
		};
	}

	private static Doubt doubt(Answer.Ambiguous first, Answer.Ambiguous second) {
		return (first instanceof Answer.SentryFault && second instanceof Answer.SentryFault) ? Doubt.OPEN_JOIN_REQUEST
				: Doubt.UNSETTLED;
	}

	private Delivered unknown(Answer.Ambiguous cause, Doubt doubt, String why) {
		boolean late = cause instanceof Answer.TimedOut || this.settling.hasPassed();
		return new Delivered.Unknown(cause, (late && doubt == Doubt.UNSETTLED) ? Doubt.LATE : doubt, why);
	}

	/** Posts until it is processed, or until there is no time to try again. */
	private Attempted post(Standing first, Standing again, Deadline deadline) {
		Attempted attempted = post(first, deadline);
		int failures = 0;
		while (attempted instanceof Attempted.Answered(Answer.NotProcessed failure)
				&& bide(failure, ++failures, deadline)) {
			Attempted next = post(again, deadline);
			if (next instanceof Attempted.Busy) {
				return attempted;
			}
			attempted = next;
		}
		return attempted;
	}

	private Attempted post(Standing standing, Deadline deadline) {
		Attempted attempted = this.line.post(this.member, deadline, standing);
		if (attempted instanceof Attempted.Answered) {
			this.trail.attempt();
		}
		return attempted;
	}

	private Optional<Lookup> find() {
		Optional<Lookup> lookup = this.line.find(this.member.address(), this.settling);
		lookup.ifPresent((_) -> this.trail.attempt());
		return lookup;
	}

	/** Searches until there is an answer, or until there is no time to ask again. */
	private Finding lookUp() {
		for (int failures = 1;; failures++) {
			switch (find().orElse(null)) {
				case Lookup.Hit(Member found) when fits(found) -> {
					return new Finding.Fitting(found);
				}
				case Lookup.Hit _ -> {
					return new Finding.Inconclusive("The person is a member with another role.");
				}
				case Lookup.NoHit _ -> {
					return new Finding.Nothing();
				}
				case Lookup.SeveralHits _ -> {
					return new Finding.Inconclusive("Several members have the address.");
				}
				case Lookup.Failed(Answer.Refusal refusal) -> {
					return new Finding.Inconclusive("The search failed: " + refusal.diagnosis());
				}
				case Lookup.Failed(Answer.Failure failure) -> {
					if (!bide(failure, failures, this.settling)) {
						return new Finding.Inconclusive("The search failed: " + failure.diagnosis());
					}
				}
				case null -> {
					return new Finding.Inconclusive("No time was left to search for the member.");
				}
			}
		}
	}

	private boolean fits(Member found) {
		Role asked = this.member.role();
		return asked == null || asked.id().equals(found.sentryOrgRole());
	}

	/**
	 * Waits before the next attempt.
	 * @return whether there is time for one
	 */
	private boolean bide(Answer.Failure failure, int failures, Deadline deadline) {
		if (failure instanceof Answer.RateLimited limited) {
			// The line lets nobody go before that.
			return deadline.leavesMoreThan(limited.retryAfter());
		}
		return pause(this.backoff.after(failures), deadline);
	}

	private static boolean pause(Duration duration, Deadline deadline) {
		if (!deadline.leavesMoreThan(duration)) {
			return false;
		}
		try {
			Thread.sleep(duration);
			return true;
		}
		catch (InterruptedException ex) {
			// An interrupted wait is one whose time is over.
			Thread.currentThread().interrupt();
			return false;
		}
	}

	/** What came of looking for the member. */
	private sealed interface Finding {

		record Fitting(Member member) implements Finding {
		}

		record Nothing() implements Finding {
		}

		record Inconclusive(String why) implements Finding {
		}

	}

}
