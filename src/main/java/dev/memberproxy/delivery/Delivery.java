package dev.memberproxy.delivery;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

import dev.memberproxy.core.EmailAddress;
import dev.memberproxy.core.MemberRef;
import dev.memberproxy.core.Role;
import dev.memberproxy.delivery.Delivered.Change;
import dev.memberproxy.delivery.Turns.Turn;
import dev.memberproxy.sentry.Failure;
import dev.memberproxy.sentry.Lookup;
import dev.memberproxy.sentry.Member;
import dev.memberproxy.sentry.MemberPage;
import dev.memberproxy.sentry.NewMember;
import org.jspecify.annotations.Nullable;

/**
 * Carries out one request of a caller's. The organization's deadline runs from its
 * beginning, and nothing it does takes longer.
 */
public final class Delivery {

	/** When there is likely to be room after another request for the same person. */
	private static final Duration NEXT_TURN = Duration.ofSeconds(1);

	private final Attempts attempts;

	private final Turns turns;

	private final String organization;

	private final Deadline working;

	private final boolean dryRun;

	/**
	 * @param attempts sends what is to be sent
	 * @param turns keeps requests for the same person apart
	 * @param organization the alias of the organization
	 * @param working when everything but settling must be over
	 * @param dryRun whether nothing is to be changed
	 */
	Delivery(Attempts attempts, Turns turns, String organization, Deadline working, boolean dryRun) {
		this.attempts = attempts;
		this.turns = turns;
		this.organization = organization;
		this.working = working;
		this.dryRun = dryRun;
	}

	/**
	 * Gives a person a seat.
	 * @param member who, and with which role
	 * @param mayRead whether the caller may be told of the member that is in the way
	 * @return what became of it
	 */
	public Delivered create(NewMember member, boolean mayRead) {
		if (this.dryRun) {
			return find(member.address(), (found) -> new Delivered.AlreadyThere(mayRead ? found : null),
					Delivery::plan);
		}
		Creation creation = new Creation(this.attempts, member);
		return inTurn(new MemberRef.ByAddress(member.address()),
				() -> creation.run((created) -> new Delivered.Created(created, false),
						(refusal) -> new Delivered.Refused(refusal, mayRead ? glance(member.address()) : null)));
	}

	/**
	 * Goes on where an earlier request to give a person a seat ended without a known
	 * outcome: looks for the member first.
	 * @param member who, and with which role
	 * @return what became of it
	 */
	public Delivered resume(NewMember member) {
		return takeTurn(new MemberRef.ByAddress(member.address()), new Creation(this.attempts, member)::resume)
			.orElseGet(Creation::unresumed);
	}

	/**
	 * Sees to it that a person is a member with a role, whichever it is if none is asked
	 * for.
	 * @param member who, and with which role
	 * @param consent is asked before the role of a member is changed
	 * @return what became of it
	 */
	public Delivered ensure(NewMember member, Consent consent) {
		return inTurn(new MemberRef.ByAddress(member.address()), () -> find(member.address(),
				(found) -> ensureRole(found, member, consent), (nobody) -> ensureSeat(nobody, member, consent)));
	}

	private Delivered ensureSeat(Lookup.NoHit nobody, NewMember member, Consent consent) {
		if (EmailAddress.findFaultOfNew(member.address().value()).isPresent()) {
			return new Delivered.TooLongToCreate();
		}
		return this.dryRun ? plan(nobody) : ensureSeat(member, consent);
	}

	private Delivered ensureSeat(NewMember member, Consent consent) {
		return new Creation(this.attempts, member).run(
				(created) -> new Delivered.Created(created, isHidden(member.address())),
				// Somebody else was quicker, or it is a member that is not listed.
				(_) -> find(member.address(), (found) -> ensureRole(found, member, consent),
						(_) -> new Delivered.AlreadyThere(null)));
	}

	private Delivered ensureRole(Member found, NewMember member, Consent consent) {
		Role role = member.role();
		if (role == null || found.hasRole(role)) {
			return new Delivered.Unchanged(found);
		}
		consent.give(found);
		Delivered end = changeRole(found, role);
		// Somebody else has removed the member meanwhile.
		return (end instanceof Delivered.Refused refused && refused.refusal() instanceof Failure.NoSuchMember)
				? ensureSeat(member, consent) : end;
	}

	/**
	 * Gives a member another role.
	 * @param ref which member
	 * @param role the role
	 * @param consent is asked before anything is told or changed
	 * @return what became of it
	 */
	public Delivered changeRole(MemberRef ref, Role role, Consent consent) {
		return inTurn(ref, () -> find(ref, (found) -> {
			consent.give(found);
			return found.hasRole(role) ? new Delivered.Unchanged(found) : changeRole(found, role);
		}));
	}

	private Delivered changeRole(Member found, Role role) {
		return this.dryRun ? new Delivered.Planned(Change.UPDATE, found)
				: new RoleChange(this.attempts, found.id(), role).run();
	}

	/**
	 * Takes a member's seat away.
	 * @param ref which member
	 * @param consent is asked before anything is told or changed
	 * @return what became of it
	 */
	public Delivered remove(MemberRef ref, Consent consent) {
		return inTurn(ref, () -> find(ref, (found) -> {
			consent.give(found);
			return this.dryRun ? new Delivered.Planned(Change.DELETE, found) : new Removal(this.attempts, found).run();
		}));
	}

	/**
	 * Looks at one member.
	 * @param ref which member
	 * @param consent is asked before anything is told
	 * @return what is known of it
	 */
	public Delivered read(MemberRef ref, Consent consent) {
		return find(ref, (found) -> {
			consent.give(found);
			return new Delivered.Found(found);
		});
	}

	/**
	 * Searches for the members with an address.
	 * @param address the address
	 * @return what was found
	 */
	public Delivered search(EmailAddress address) {
		return switch (this.attempts.read(Call.find(address))) {
			case Attempted.Done<Lookup>(Lookup lookup) -> new Delivered.Searched(lookup);
			case Attempted.Missed<Lookup> missed -> Delivered.Unconfirmed.of(missed);
		};
	}

	/**
	 * Lists all members, a part at a time.
	 * @param startIndex the number of the first one, from 1
	 * @param count how many at most
	 * @return the part
	 */
	public Delivered list(int startIndex, int count) {
		return switch (this.attempts.read(Call.list(startIndex, count))) {
			case Attempted.Done<MemberPage>(MemberPage page) -> new Delivered.Listed(page);
			case Attempted.Missed<MemberPage> missed -> Delivered.Unconfirmed.of(missed);
		};
	}

	/**
	 * Asks for one member, once: not for what comes of it, but for what it shows of the
	 * way to Sentry.
	 */
	void probe() {
		this.attempts.readOnce(Call.list(1, 1));
	}

	private Delivered find(MemberRef ref, Function<Member, Delivered> found) {
		return switch (ref) {
			case MemberRef.ByAddress(EmailAddress address) -> find(address, found, (_) -> new Delivered.NotFound());
			case MemberRef.ById(var id) -> switch (this.attempts.read(Call.read(id))) {
				case Attempted.Done<Member>(Member member) -> found.apply(member);
				case Attempted.Failed<Member>(Failure.NoSuchMember _) -> new Delivered.NotFound();
				case Attempted.Missed<Member> missed -> Delivered.Unconfirmed.of(missed);
			};
		};
	}

	private Delivered find(EmailAddress address, Function<Member, Delivered> found,
			Function<Lookup.NoHit, Delivered> missing) {
		return switch (this.attempts.read(Call.find(address))) {
			case Attempted.Done<Lookup>(Lookup.Hit(Member member)) -> found.apply(member);
			case Attempted.Done<Lookup>(Lookup.NoHit nobody) -> missing.apply(nobody);
			case Attempted.Done<Lookup>(Lookup.SeveralHits(List<Member> members)) ->
				new Delivered.SeveralFound(members);
			case Attempted.Missed<Lookup> missed -> Delivered.Unconfirmed.of(missed);
		};
	}

	/** Sentry gives no second seat to the person behind an account. */
	private static Delivered plan(Lookup.NoHit nobody) {
		return nobody.underOtherAddress() ? new Delivered.AlreadyThere(null)
				: new Delivered.Planned(Change.CREATE, null);
	}

	private boolean isHidden(EmailAddress address) {
		return this.attempts.glance(Call.find(address)) instanceof Attempted.Done<Lookup>(Lookup.NoHit _);
	}

	private @Nullable Member glance(EmailAddress address) {
		return (this.attempts.glance(Call.find(address)) instanceof Attempted.Done<Lookup>(Lookup.Hit(Member member)))
				? member : null;
	}

	/** A dry run changes nothing, and need not wait for those that do. */
	private Delivered inTurn(MemberRef ref, Supplier<Delivered> action) {
		return this.dryRun ? action.get() : takeTurn(ref, action)
			.orElseGet(() -> new Delivered.Busy(NEXT_TURN, "Other requests for the same person are under way."));
	}

	private Optional<Delivered> takeTurn(MemberRef ref, Supplier<Delivered> action) {
		try (Turn turn = this.turns.take(this.organization, ref, this.working.remaining()).orElse(null)) {
			return (turn != null) ? Optional.of(action.get()) : Optional.empty();
		}
	}

}
