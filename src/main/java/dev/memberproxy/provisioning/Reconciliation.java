package dev.memberproxy.provisioning;

import java.util.function.Function;
import java.util.function.Supplier;

import dev.memberproxy.channel.RetryingSender;
import dev.memberproxy.core.MemberId;
import dev.memberproxy.core.Role;
import dev.memberproxy.provisioning.LookupVerdict.AsRequested;
import dev.memberproxy.provisioning.LookupVerdict.Inconclusive;
import dev.memberproxy.provisioning.LookupVerdict.NotVisible;
import dev.memberproxy.provisioning.ChangeResult.Confirmed;
import dev.memberproxy.provisioning.ChangeResult.Outcome;
import dev.memberproxy.provisioning.ChangeResult.Unknown;
import dev.memberproxy.provisioning.ChangeResult.UnknownReason;
import dev.memberproxy.sentry.Failure;
import dev.memberproxy.sentry.Failure.Ambiguous;
import dev.memberproxy.sentry.Failure.AmbiguousReason;
import dev.memberproxy.sentry.Failure.NotProcessed;
import dev.memberproxy.sentry.Lookup;
import dev.memberproxy.sentry.Member;
import dev.memberproxy.sentry.NewMember;
import dev.memberproxy.sentry.SentryRequest;
import dev.memberproxy.sentry.SentryResult;

/**
 * Finds out the outcome of a change whose attempt was ambiguous: looks it up, sends it
 * once more if it is not visible, and looks again. After an ambiguous attempt, only a
 * proof that everything is as requested ends the request as a success, and nothing proves
 * that it was not applied. Sentry never makes one of these changes twice.
 * <p>
 * See docs/sentry-scim-contract.md, section 17.
 *
 * @param <T> what a successful response to the change contains
 */
final class Reconciliation<T> {

	/** The wait before the second attempt is the one after so many failures. */
	private static final int FAILURES_BEFORE_SECOND_ATTEMPT = 3;

	private final RetryingSender sender;

	private final SentryRequest<T> change;

	private final Function<T, LookupVerdict> response;

	private final Supplier<LookupVerdict> lookup;

	private Reconciliation(RetryingSender sender, SentryRequest<T> change, Function<T, LookupVerdict> response,
			Supplier<LookupVerdict> lookup) {
		this.sender = sender;
		this.change = change;
		this.response = response;
		this.lookup = lookup;
	}

	/**
	 * Reconciles the creation of a member. Sentry has no two members with one address.
	 * @param sender sends the requests
	 * @param member the member
	 * @param created the result if the second attempt creates the member
	 * @return the reconciliation
	 */
	static Reconciliation<Member> ofCreate(RetryingSender sender, NewMember member,
			Function<Member, Confirmed> created) {
		return new Reconciliation<>(sender, SentryRequest.create(member),
				(confirmed) -> new AsRequested(created.apply(confirmed)),
				() -> verdict(sender.readToReconcile(SentryRequest.find(member.address())), member));
	}

	/**
	 * Reconciles the change of a role.
	 * @param sender sends the requests
	 * @param id the member
	 * @param role the new role
	 * @return the reconciliation
	 */
	static Reconciliation<Member> ofUpdateRole(RetryingSender sender, MemberId id, Role role) {
		Function<Member, LookupVerdict> verdict = (member) -> member.hasRole(role)
				? new AsRequested(Confirmed.of(Outcome.UPDATED, member)) : new NotVisible();
		return new Reconciliation<>(sender, SentryRequest.updateRole(id, role), verdict,
				() -> switch (sender.readToReconcile(SentryRequest.read(id))) {
					case SentryResult.Success<Member>(Member member) -> verdict.apply(member);
					case SentryResult.Failed<Member>(Failure failure) -> Inconclusive.of(failure);
				});
	}

	/**
	 * Reconciles the deletion of a member. Sentry never uses an id again.
	 * @param sender sends the requests
	 * @param member the member as it was
	 * @return the reconciliation
	 */
	static Reconciliation<MemberId> ofDelete(RetryingSender sender, Member member) {
		LookupVerdict deleted = new AsRequested(Confirmed.of(Outcome.DELETED, member));
		return new Reconciliation<>(sender, SentryRequest.delete(member.id()), (_) -> deleted,
				() -> switch (sender.readToReconcile(SentryRequest.read(member.id()))) {
					case SentryResult.Success<Member> _ -> new NotVisible();
					case SentryResult.Failed<Member>(Failure.Refusal refusal) when refusal
						.reason() == Failure.RefusalReason.NO_SUCH_MEMBER -> deleted;
					case SentryResult.Failed<Member>(Failure failure) -> Inconclusive.of(failure);
				});
	}

	/** What a search by address shows of the creation of a member. */
	static LookupVerdict verdict(SentryResult<Lookup> result, NewMember member) {
		return switch (result) {
			case SentryResult.Success<Lookup>(Lookup lookup) -> switch (lookup.hits().size()) {
				case 0 -> new NotVisible();
				case 1 -> verdict(lookup.hits().getFirst(), member);
				default -> new Inconclusive("Several members have the address.");
			};
			case SentryResult.Failed<Lookup>(Failure failure) -> Inconclusive.of(failure);
		};
	}

	private static LookupVerdict verdict(Member found, NewMember member) {
		return (member.role() == null || found.hasRole(member.role()))
				? new AsRequested(Confirmed.of(Outcome.RECONCILED, found))
				: new Inconclusive("The person is a member with another role.");
	}

	/**
	 * Finds out the outcome.
	 * @param cause the ambiguous attempt
	 * @return the outcome, which may be unknown
	 */
	ChangeResult run(Ambiguous cause) {
		return run(cause, this.lookup.get());
	}

	/**
	 * Finds out the outcome after a first lookup.
	 * @param cause the ambiguous attempt
	 * @param first what the first lookup showed
	 * @return the outcome, which may be unknown
	 */
	ChangeResult run(Ambiguous cause, LookupVerdict first) {
		ChangeResult result = switch (first) {
			case AsRequested(Confirmed confirmed) -> confirmed;
			// Whatever intercepted the first attempt would intercept the second one too.
			case NotVisible _ when cause.reason() == AmbiguousReason.FOREIGN_RESPONSE ->
				unknown(cause, UnknownReason.INCONCLUSIVE, "Sentry does not show the change.");
			case NotVisible _ -> sendAgain(cause);
			case Inconclusive(String explanation) -> unknown(cause, UnknownReason.INCONCLUSIVE, explanation);
		};
		this.sender.reconciled(result instanceof Confirmed);
		return result;
	}

	private ChangeResult sendAgain(Ambiguous first) {
		// If there is no time for a pause, the request is sent immediately.
		this.sender.waitBeforeRetry(FAILURES_BEFORE_SECOND_ATTEMPT);
		return switch (this.sender.changeAgain(this.change)) {
			case SentryResult.Success<T>(T value) ->
				conclude(this.response.apply(value), first, UnknownReason.INCONCLUSIVE);
			case SentryResult.Failed<T>(Ambiguous second) when second.reason() == AmbiguousReason.FOREIGN_RESPONSE ->
				conclude(this.lookup.get(), first, UnknownReason.INCONCLUSIVE);
			case SentryResult.Failed<T>(Ambiguous second) -> conclude(this.lookup.get(), second,
					failedTwice(first, second) ? UnknownReason.FAILED_TWICE : UnknownReason.INCONCLUSIVE);
			case SentryResult.Failed<T>(Failure.Refusal _) ->
				conclude(this.lookup.get(), first, UnknownReason.INCONCLUSIVE);
			case SentryResult.Failed<T>(NotProcessed failure) -> unknown(first, UnknownReason.INCONCLUSIVE,
					failure.isAttempted() ? failure.diagnosis() : "There was no time to send it again.");
		};
	}

	private ChangeResult conclude(LookupVerdict verdict, Ambiguous cause, UnknownReason reason) {
		return switch (verdict) {
			case AsRequested(Confirmed confirmed) -> confirmed;
			case NotVisible _ -> unknown(cause, reason, "It was sent twice, and Sentry does not show the change.");
			case Inconclusive(String explanation) -> unknown(cause, UnknownReason.INCONCLUSIVE, explanation);
		};
	}

	private static boolean failedTwice(Ambiguous first, Ambiguous second) {
		return first.reason() == AmbiguousReason.INTERNAL_ERROR && second.reason() == AmbiguousReason.INTERNAL_ERROR;
	}

	private Unknown unknown(Ambiguous cause, UnknownReason reason, String explanation) {
		boolean late = cause.reason() == AmbiguousReason.TIMED_OUT || this.sender.isTimeOver();
		return new Unknown(cause, (late && reason == UnknownReason.INCONCLUSIVE) ? UnknownReason.LATE : reason,
				explanation);
	}

}
