package dev.memberproxy.provisioning;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

import dev.memberproxy.channel.RetryingSender;
import dev.memberproxy.core.EmailAddress;
import dev.memberproxy.core.MemberId;
import dev.memberproxy.core.MemberRef;
import dev.memberproxy.core.Role;
import dev.memberproxy.provisioning.MemberCommand.Change;
import dev.memberproxy.provisioning.MemberCommand.Read;
import dev.memberproxy.provisioning.MemberLocks.MemberLock;
import dev.memberproxy.provisioning.MemberResult.AlreadyExists;
import dev.memberproxy.provisioning.MemberResult.Confirmed;
import dev.memberproxy.provisioning.MemberResult.Created;
import dev.memberproxy.provisioning.MemberResult.Deleted;
import dev.memberproxy.provisioning.MemberResult.Denied;
import dev.memberproxy.provisioning.MemberResult.Failed;
import dev.memberproxy.provisioning.MemberResult.Found;
import dev.memberproxy.provisioning.MemberResult.Located;
import dev.memberproxy.provisioning.MemberResult.NotFound;
import dev.memberproxy.provisioning.MemberResult.OfChange;
import dev.memberproxy.provisioning.MemberResult.OfRead;
import dev.memberproxy.provisioning.MemberResult.Planned;
import dev.memberproxy.provisioning.MemberResult.PlannedChange;
import dev.memberproxy.provisioning.MemberResult.SeveralFound;
import dev.memberproxy.provisioning.MemberResult.Stopped;
import dev.memberproxy.provisioning.MemberResult.Unchanged;
import dev.memberproxy.provisioning.MemberResult.Unknown;
import dev.memberproxy.provisioning.MemberResult.UnknownReason;
import dev.memberproxy.provisioning.MemberResult.Updated;
import dev.memberproxy.sentry.Failure;
import dev.memberproxy.sentry.Failure.Ambiguous;
import dev.memberproxy.sentry.Failure.AmbiguousReason;
import dev.memberproxy.sentry.Failure.Refusal;
import dev.memberproxy.sentry.Failure.RefusalReason;
import dev.memberproxy.sentry.Lookup;
import dev.memberproxy.sentry.Member;
import dev.memberproxy.sentry.MemberPage;
import dev.memberproxy.sentry.NewMember;
import dev.memberproxy.sentry.SentryRequest;
import dev.memberproxy.sentry.SentryResult;
import org.jspecify.annotations.Nullable;

/** Executes one request of a caller within the organization's deadline. */
public final class MemberOperations {

	/** The lock is likely to be free after one more request for the same member. */
	private static final Duration RETRY_WHEN_LOCKED = Duration.ofSeconds(1);

	private static final Ambiguous EARLIER_REQUEST = Ambiguous.of(AmbiguousReason.UNCLEAR, null,
			"The outcome of an earlier request with the same key is not known.");

	private final RetryingSender sender;

	private final MemberLocks locks;

	private final String organization;

	private final AccessCheck access;

	private final boolean dryRun;

	MemberOperations(RetryingSender sender, MemberLocks locks, String organization, AccessCheck access,
			boolean dryRun) {
		this.sender = sender;
		this.locks = locks;
		this.organization = organization;
		this.access = access;
		this.dryRun = dryRun;
	}

	/**
	 * Executes a change.
	 * @param command the change
	 * @return the result
	 */
	public OfChange execute(Change command) {
		if (this.dryRun) {
			// It changes nothing, and needs no lock.
			return executeLocked(command);
		}
		return locked(command.ref(), () -> executeLocked(command))
			.orElseGet(() -> new MemberResult.Locked(RETRY_WHEN_LOCKED));
	}

	/**
	 * Continues an earlier request of unknown outcome to create a member: looks for the
	 * member first.
	 * @param command the earlier request
	 * @return the result
	 */
	public OfChange resume(MemberCommand.Create command) {
		return locked(command.ref(), () -> resumeCreate(command.member())).orElseGet(() -> new Unknown(EARLIER_REQUEST,
				UnknownReason.LATE, "Other requests for the same person were in progress."));
	}

	/**
	 * Executes a read.
	 * @param command the read
	 * @return the result
	 */
	public OfRead execute(Read command) {
		return switch (command) {
			case MemberCommand.Find(MemberRef ref) -> locate(ref);
			case MemberCommand.Search(EmailAddress address) -> switch (this.sender.read(SentryRequest.find(address))) {
				case SentryResult.Success<Lookup>(Lookup lookup) -> new MemberResult.Searched(lookup);
				case SentryResult.Failed<Lookup>(Failure failure) -> new Failed(failure);
			};
			case MemberCommand.ListAll(int startIndex, int count) ->
				switch (this.sender.read(SentryRequest.list(startIndex, count))) {
					case SentryResult.Success<MemberPage>(MemberPage page) ->
						new MemberResult.Listed(page, startIndex, count);
					case SentryResult.Failed<MemberPage>(Failure failure) -> new Failed(failure);
				};
		};
	}

	private OfChange executeLocked(Change command) {
		return switch (command) {
			case MemberCommand.Create(NewMember member) -> this.dryRun ? planCreate(member) : create(member);
			case MemberCommand.Ensure(NewMember member) -> ensure(member);
			case MemberCommand.UpdateRole(MemberRef ref, Role role) -> switch (locate(ref)) {
				case Found(Member member) -> member.hasRole(role) ? new Unchanged(member) : updateRole(member, role);
				case Stopped stopped -> stopped;
			};
			case MemberCommand.Delete(MemberRef ref) -> switch (locate(ref)) {
				case Found(Member member) -> delete(member);
				case Stopped stopped -> stopped;
			};
		};
	}

	private Optional<OfChange> locked(MemberRef ref, Supplier<OfChange> action) {
		try (MemberLock lock = this.locks.acquire(this.organization, ref, this.sender.remaining()).orElse(null)) {
			return (lock != null) ? Optional.of(action.get()) : Optional.empty();
		}
	}

	private OfChange create(NewMember member) {
		return create(member, (created) -> new Created(created, false),
				(refusal) -> new AlreadyExists(refusal, findExisting(member.address())));
	}

	private OfChange create(NewMember member, Function<Member, Confirmed> created, Function<Refusal, OfChange> exists) {
		return switch (this.sender.change(SentryRequest.create(member))) {
			case SentryResult.Success<Member>(Member confirmed) -> created.apply(confirmed);
			case SentryResult.Failed<Member>(Ambiguous cause) ->
				Reconciliation.ofCreate(this.sender, member, created).run(cause);
			case SentryResult.Failed<Member>(Refusal refusal) -> switch (refusal.reason()) {
				case ALREADY_MEMBER, ALREADY_INVITED -> exists.apply(refusal);
				case ROLE_NOT_AVAILABLE, INVALID_DATA, NO_SUCH_MEMBER, MEMBER_PROTECTED, TOKEN_REJECTED,
						TOKEN_NOT_PERMITTED, WRONG_ENDPOINT ->
					new Failed(refusal);
			};
			case SentryResult.Failed<Member>(Failure failure) -> new Failed(failure);
		};
	}

	private OfChange resumeCreate(NewMember member) {
		SentryResult<Lookup> lookup = this.sender.read(SentryRequest.find(member.address()));
		Ambiguous cause = (lookup instanceof SentryResult.Failed<Lookup>(Ambiguous foreign)
				&& foreign.reason() == AmbiguousReason.FOREIGN_RESPONSE) ? foreign : EARLIER_REQUEST;
		return Reconciliation.ofCreate(this.sender, member, (created) -> new Created(created, false))
			.run(cause, Reconciliation.verdict(lookup, member));
	}

	private OfChange planCreate(NewMember member) {
		return find(member.address(), (found) -> new AlreadyExists(null, this.access.mayRead() ? found : null),
				MemberOperations::plan);
	}

	private OfChange ensure(NewMember member) {
		return find(member.address(), (found) -> ensureRole(found, member), (missing) -> {
			if (EmailAddress.findFaultOfNew(member.address().value()).isPresent()) {
				return new MemberResult.AddressTooLong();
			}
			return this.dryRun ? plan(missing) : ensureCreated(member);
		});
	}

	private OfChange ensureCreated(NewMember member) {
		return create(member, (created) -> new Created(created, isHidden(member.address())),
				// Somebody else was faster, or Sentry does not list the member.
				(_) -> find(member.address(), (found) -> ensureRole(found, member),
						(_) -> new AlreadyExists(null, null)));
	}

	private OfChange ensureRole(Member found, NewMember member) {
		Role role = member.role();
		if (role == null || found.hasRole(role)) {
			return new Unchanged(found);
		}
		Optional<Denied> denied = this.access.check(found).map(Denied::new);
		if (denied.isPresent()) {
			return denied.get();
		}
		OfChange result = updateRole(found, role);
		// The member was deleted meanwhile.
		return (result instanceof Failed(Refusal refusal) && refusal.reason() == RefusalReason.NO_SUCH_MEMBER)
				? ensureCreated(member) : result;
	}

	private OfChange updateRole(Member member, Role role) {
		if (this.dryRun) {
			return new Planned(PlannedChange.UPDATE_ROLE, member);
		}
		MemberId id = member.id();
		return switch (this.sender.change(SentryRequest.updateRole(id, role))) {
			// Sentry responds with a success and leaves owners as they are.
			case SentryResult.Success<Member>(Member updated) when updated.isOwner() ->
				new MemberResult.OwnerUnchanged();
			case SentryResult.Success<Member>(Member updated) -> new Updated(updated);
			case SentryResult.Failed<Member>(Ambiguous cause) ->
				Reconciliation.ofUpdateRole(this.sender, id, role).run(cause);
			case SentryResult.Failed<Member>(Failure failure) -> new Failed(failure);
		};
	}

	private OfChange delete(Member member) {
		if (this.dryRun) {
			return new Planned(PlannedChange.DELETE, member);
		}
		return switch (this.sender.change(SentryRequest.delete(member.id()))) {
			case SentryResult.Success<MemberId> _ -> new Deleted(member);
			case SentryResult.Failed<MemberId>(Ambiguous cause) ->
				Reconciliation.ofDelete(this.sender, member).run(cause);
			case SentryResult.Failed<MemberId>(Failure failure) -> new Failed(failure);
		};
	}

	/** Finds a member that the client may access. */
	private Located locate(MemberRef ref) {
		Located located = switch (ref) {
			case MemberRef.ByAddress(EmailAddress address) -> switch (this.sender.read(SentryRequest.find(address))) {
				case SentryResult.Success<Lookup>(Lookup.Hit(Member member)) -> new Found(member);
				case SentryResult.Success<Lookup>(Lookup.NoHit _) -> new NotFound();
				case SentryResult.Success<Lookup>(Lookup.SeveralHits(List<Member> members)) ->
					new SeveralFound(members);
				case SentryResult.Failed<Lookup>(Failure failure) -> new Failed(failure);
			};
			case MemberRef.ById(MemberId id) -> switch (this.sender.read(SentryRequest.read(id))) {
				case SentryResult.Success<Member>(Member member) -> new Found(member);
				case SentryResult.Failed<Member>(Refusal refusal) when refusal
					.reason() == RefusalReason.NO_SUCH_MEMBER -> new NotFound();
				case SentryResult.Failed<Member>(Failure failure) -> new Failed(failure);
			};
		};
		return (located instanceof Found(Member member))
				? this.access.check(member).<Located>map(Denied::new).orElse(located) : located;
	}

	private OfChange find(EmailAddress address, Function<Member, OfChange> found,
			Function<Lookup.NoHit, OfChange> missing) {
		return switch (this.sender.read(SentryRequest.find(address))) {
			case SentryResult.Success<Lookup>(Lookup.Hit(Member member)) -> found.apply(member);
			case SentryResult.Success<Lookup>(Lookup.NoHit noHit) -> missing.apply(noHit);
			case SentryResult.Success<Lookup>(Lookup.SeveralHits(List<Member> members)) -> new SeveralFound(members);
			case SentryResult.Failed<Lookup>(Failure failure) -> new Failed(failure);
		};
	}

	/** Sentry creates no second member for the person behind an account. */
	private static OfChange plan(Lookup.NoHit missing) {
		return missing.underOtherAddress() ? new AlreadyExists(null, null) : new Planned(PlannedChange.CREATE, null);
	}

	private boolean isHidden(EmailAddress address) {
		return this.sender
			.readBestEffort(SentryRequest.find(address)) instanceof SentryResult.Success<Lookup>(Lookup.NoHit _);
	}

	private @Nullable Member findExisting(EmailAddress address) {
		return (this.access.mayRead() && this.sender.readBestEffort(
				SentryRequest.find(address)) instanceof SentryResult.Success<Lookup>(Lookup.Hit(Member member)))
						? member : null;
	}

}
