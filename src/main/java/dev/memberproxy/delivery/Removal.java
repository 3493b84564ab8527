package dev.memberproxy.delivery;

import dev.memberproxy.delivery.Settlement.Finding;
import dev.memberproxy.sentry.Failure;
import dev.memberproxy.sentry.Member;
import dev.memberproxy.sentry.Removed;

/**
 * Takes a member's seat away. All attempts go by the id that was found once; Sentry never
 * gives it to anybody else, so that they may be repeated.
 */
final class Removal {

	private final Attempts attempts;

	private final Member member;

	/**
	 * @param attempts the attempts of the request
	 * @param member the member as it was found
	 */
	Removal(Attempts attempts, Member member) {
		this.attempts = attempts;
		this.member = member;
	}

	Delivered run() {
		Call<Removed> call = Call.remove(this.member.id());
		return switch (this.attempts.write(call)) {
			case Attempted.Done<Removed> _ -> new Delivered.Deleted(this.member);
			case Attempted.Failed<Removed>(Failure.Ambiguous cause) ->
				new Settlement<>(this.attempts, call, (_) -> gone(), this::look).settle(cause);
			case Attempted.Missed<Removed> missed -> Delivered.Unconfirmed.of(missed);
		};
	}

	private Finding look() {
		return switch (this.attempts.lookUp(Call.read(this.member.id()))) {
			case Attempted.Failed<Member>(Failure.NoSuchMember _) -> gone();
			case Attempted.Done<Member> _ -> new Finding.NotYet();
			case Attempted.Missed<Member> missed -> Finding.Inconclusive.of(missed);
		};
	}

	private Finding gone() {
		return new Finding.AsAsked(new Delivered.Deleted(this.member));
	}

}
