package dev.memberproxy.delivery;

import dev.memberproxy.core.MemberId;
import dev.memberproxy.core.Role;
import dev.memberproxy.delivery.Settlement.Finding;
import dev.memberproxy.sentry.Failure;
import dev.memberproxy.sentry.Member;

/**
 * Gives a member another role. All attempts go by the id that was found once, and may be
 * repeated: the second does nothing that the first has not done.
 */
final class RoleChange {

	private final Attempts attempts;

	private final MemberId id;

	private final Role role;

	/**
	 * @param attempts the attempts of the request
	 * @param id the member
	 * @param role the role to give
	 */
	RoleChange(Attempts attempts, MemberId id, Role role) {
		this.attempts = attempts;
		this.id = id;
		this.role = role;
	}

	Delivered run() {
		Call<Member> call = Call.changeRole(this.id, this.role);
		return switch (this.attempts.write(call)) {
			// So Sentry treats owners.
			case Attempted.Done<Member>(Member changed) when changed.isOwner() -> new Delivered.Protected(changed);
			case Attempted.Done<Member>(Member changed) -> new Delivered.Updated(changed);
			case Attempted.Failed<Member>(Failure.Ambiguous cause) ->
				new Settlement<>(this.attempts, call, this::judge, this::look).settle(cause);
			case Attempted.Missed<Member> missed -> Delivered.Unconfirmed.of(missed);
		};
	}

	private Finding look() {
		return switch (this.attempts.lookUp(Call.read(this.id))) {
			case Attempted.Done<Member>(Member found) -> judge(found);
			case Attempted.Missed<Member> missed -> Finding.Inconclusive.of(missed);
		};
	}

	private Finding judge(Member found) {
		return found.hasRole(this.role) ? new Finding.AsAsked(new Delivered.Updated(found)) : new Finding.NotYet();
	}

}
