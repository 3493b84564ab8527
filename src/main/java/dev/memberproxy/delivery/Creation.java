package dev.memberproxy.delivery;

import java.util.function.Function;

import dev.memberproxy.core.Role;
import dev.memberproxy.delivery.Settlement.Finding;
import dev.memberproxy.sentry.Failure;
import dev.memberproxy.sentry.Lookup;
import dev.memberproxy.sentry.Member;
import dev.memberproxy.sentry.NewMember;

/**
 * Gives one person a seat and does not end before it is known what came of it, or the
 * deadline has passed. To send it twice is safe because Sentry has no two members with
 * the same address.
 */
final class Creation {

	private static final Failure.Ambiguous EARLIER = new Failure.Unclear(null,
			"It is not known what became of an earlier request with the same key.");

	private final Attempts attempts;

	private final NewMember member;

	/**
	 * @param attempts the attempts of the request
	 * @param member whom to create
	 */
	Creation(Attempts attempts, NewMember member) {
		this.attempts = attempts;
		this.member = member;
	}

	/**
	 * Creates the member.
	 * @param created how the request ends once the member was created
	 * @param exists how it ends if Sentry says that the person has a seat already
	 * @return what became of it
	 */
	Delivered run(Function<Member, Delivered> created, Function<Failure.Refusal, Delivered> exists) {
		return switch (this.attempts.write(Call.create(this.member))) {
			case Attempted.Done<Member>(Member done) -> created.apply(done);
			case Attempted.Failed<Member>(Failure.Ambiguous cause) -> settlement(created).settle(cause);
			case Attempted.Failed<Member>(Failure.AlreadyMember refusal) -> exists.apply(refusal);
			case Attempted.Failed<Member>(Failure.AlreadyInvited refusal) -> exists.apply(refusal);
			case Attempted.Missed<Member> missed -> Delivered.Unconfirmed.of(missed);
		};
	}

	/**
	 * Goes on where an earlier request ended without a known outcome. This one has sent
	 * nothing yet, so that it takes its turn like any other.
	 */
	Delivered resume() {
		Attempted<Lookup> looked = this.attempts.read(Call.find(this.member.address()));
		Failure.Ambiguous cause = (looked instanceof Attempted.Failed<Lookup>(Failure.ForeignResponse foreign))
				? foreign : EARLIER;
		return settlement((created) -> new Delivered.Created(created, false)).settle(cause, read(looked));
	}

	/** How a resumed request ends if there is no time to find anything out. */
	static Delivered unresumed() {
		return new Delivered.Unknown(EARLIER, Delivered.Doubt.LATE,
				"Other requests for the same person were under way.");
	}

	private Settlement<Member> settlement(Function<Member, Delivered> created) {
		return new Settlement<>(this.attempts, Call.create(this.member),
				(done) -> new Finding.AsAsked(created.apply(done)), this::look);
	}

	private Finding look() {
		return read(this.attempts.lookUp(Call.find(this.member.address())));
	}

	private Finding read(Attempted<Lookup> looked) {
		return switch (looked) {
			case Attempted.Done<Lookup>(Lookup.Hit(Member found)) when isAsAsked(found) ->
				new Finding.AsAsked(new Delivered.Reconciled(found));
			case Attempted.Done<Lookup>(Lookup.Hit _) ->
				new Finding.Inconclusive("The person is a member with another role.");
			case Attempted.Done<Lookup>(Lookup.NoHit _) -> new Finding.NotYet();
			case Attempted.Done<Lookup>(Lookup.SeveralHits _) ->
				new Finding.Inconclusive("Several members have the address.");
			case Attempted.Missed<Lookup> missed -> Finding.Inconclusive.of(missed);
		};
	}

	private boolean isAsAsked(Member found) {
		Role asked = this.member.role();
		return asked == null || found.hasRole(asked);
	}

}
