package dev.memberproxy.provisioning;

import java.util.Optional;
import java.util.function.Function;

import dev.memberproxy.channel.RetryingSender;
import dev.memberproxy.core.EmailAddress;
import dev.memberproxy.core.MemberId;
import dev.memberproxy.core.MemberRef;
import dev.memberproxy.core.Role;
import dev.memberproxy.provisioning.MemberCommand.Change;
import dev.memberproxy.provisioning.MemberCommand.Read;
import dev.memberproxy.provisioning.ChangeResult.AlreadyExists;
import dev.memberproxy.provisioning.ChangeResult.Confirmed;
import dev.memberproxy.provisioning.ChangeResult.Outcome;
import dev.memberproxy.provisioning.ChangeResult.Unknown;
import dev.memberproxy.provisioning.ChangeResult.UnknownReason;
import dev.memberproxy.provisioning.MemberLocks.MemberLock;
import dev.memberproxy.provisioning.Stopped.Failed;
import dev.memberproxy.provisioning.Stopped.Reason;
import dev.memberproxy.provisioning.Stopped.Rejected;
import dev.memberproxy.provisioning.Stopped.SeveralFound;
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

/**
 * Executes one request of a caller within the organization's deadline.
 * <p>
 * See docs/sentry-scim-contract.md, sections 6, 7, 10, 11 and 16.
 */
public final class MemberOperations implements AutoCloseable {

	private static final Ambiguous EARLIER_REQUEST = Ambiguous.of(AmbiguousReason.UNCLEAR, null,
			"The outcome of an earlier request with the same key is not known.");

	private final RetryingSender sender;

	private final MemberLock lock;

	private final AccessCheck access;

	private final boolean dryRun;

	MemberOperations(RetryingSender sender, MemberLock lock, AccessCheck access, boolean dryRun) {
		this.sender = sender;
		this.lock = lock;
		this.access = access;
		this.dryRun = dryRun;
	}

	/**
	 * Executes a change.
	 * @param command the change
	 * @return the result
	 */
	public ChangeResult execute(Change command) {
		return this.lock.await(this.sender.remaining()) ? executeLocked(command) : new Rejected(Reason.LOCKED);
	}

	/**
	 * Continues an earlier request of unknown outcome to create a member: looks for the
	 * member first.
	 * @param command the earlier request
	 * @return the result
	 */
	public ChangeResult resume(MemberCommand.Create command) {
		return this.lock.await(this.sender.remaining()) ? resumeCreate(command.member()) : new Unknown(EARLIER_REQUEST,
				UnknownReason.LATE, "Other requests for the same person were in progress.");
	}

	/**
	 * Executes a read.
	 * @param command the read
	 * @return the result
	 */
	public ReadResult execute(Read command) {
		return switch (command) {
			case MemberCommand.Find(MemberRef ref) -> locate(ref, ReadResult.Found::new, (stopped) -> stopped);
			case MemberCommand.Search(EmailAddress address) -> switch (this.sender.read(SentryRequest.find(address))) {
				case SentryResult.Success<Lookup>(Lookup lookup) -> new ReadResult.Searched(lookup);
				case SentryResult.Failed<Lookup>(Failure failure) -> new Failed(failure);
			};
			case MemberCommand.ListAll(int startIndex, int count) ->
				switch (this.sender.read(SentryRequest.list(startIndex, count))) {
					case SentryResult.Success<MemberPage>(MemberPage page) ->
						new ReadResult.Listed(page, startIndex, count);
					case SentryResult.Failed<MemberPage>(Failure failure) -> new Failed(failure);
				};
		};
	}

	private ChangeResult executeLocked(Change command) {
		return switch (command) {
			case MemberCommand.Create(NewMember member) -> this.dryRun ? planCreate(member) : create(member);
			case MemberCommand.Ensure(NewMember member) -> ensure(member);
			case MemberCommand.UpdateRole(MemberRef ref, Role role) -> locate(ref, (member) -> member.hasRole(role)
					? Confirmed.of(Outcome.UNCHANGED, member) : updateRole(member, role), (stopped) -> stopped);
			case MemberCommand.Delete(MemberRef ref) -> locate(ref, this::delete, (stopped) -> stopped);
		};
	}

	private ChangeResult create(NewMember member) {
		return create(member, (created) -> Confirmed.of(Outcome.CREATED, created),
				(refusal) -> new AlreadyExists(refusal, findExisting(member.address())));
	}

	private ChangeResult create(NewMember member, Function<Member, Confirmed> created,
			Function<Refusal, ChangeResult> exists) {
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

	private ChangeResult resumeCreate(NewMember member) {
		SentryResult<Lookup> lookup = this.sender.read(SentryRequest.find(member.address()));
		Ambiguous cause = (lookup instanceof SentryResult.Failed<Lookup>(Ambiguous foreign)
				&& foreign.reason() == AmbiguousReason.FOREIGN_RESPONSE) ? foreign : EARLIER_REQUEST;
		return Reconciliation.ofCreate(this.sender, member, (created) -> Confirmed.of(Outcome.CREATED, created))
			.run(cause, Reconciliation.verdict(lookup, member));
	}

	private ChangeResult planCreate(NewMember member) {
		return find(member.address(), (found) -> new AlreadyExists(null, this.access.mayRead() ? found : null),
				MemberOperations::plan, (stopped) -> stopped);
	}

	private ChangeResult ensure(NewMember member) {
		return find(member.address(), (found) -> ensureRole(found, member), (missing) -> {
			if (EmailAddress.findFaultOfNew(member.address().value()).isPresent()) {
				return new Rejected(Reason.ADDRESS_TOO_LONG);
			}
			return this.dryRun ? plan(missing) : ensureCreated(member);
		}, (stopped) -> stopped);
	}

	private ChangeResult ensureCreated(NewMember member) {
		return create(member, (created) -> new Confirmed(Outcome.CREATED, created, isHidden(member.address())),
				// Somebody else was faster, or Sentry does not list the member.
				(_) -> find(member.address(), (found) -> ensureRole(found, member),
						(_) -> new AlreadyExists(null, null), (stopped) -> stopped));
	}

	private ChangeResult ensureRole(Member found, NewMember member) {
		Role role = member.role();
		if (role == null || found.hasRole(role)) {
			return Confirmed.of(Outcome.UNCHANGED, found);
		}
		Optional<Reason> denied = this.access.check(found);
		if (denied.isPresent()) {
			return new Rejected(denied.get());
		}
		ChangeResult result = updateRole(found, role);
		// The member was deleted meanwhile.
		return (result instanceof Failed(Refusal refusal) && refusal.reason() == RefusalReason.NO_SUCH_MEMBER)
				? ensureCreated(member) : result;
	}

	private ChangeResult updateRole(Member member, Role role) {
		if (this.dryRun) {
			return Confirmed.of(Outcome.WOULD_UPDATE, member);
		}
		MemberId id = member.id();
		return switch (this.sender.change(SentryRequest.updateRole(id, role))) {
			// Sentry responds with a success and leaves owners as they are.
			case SentryResult.Success<Member>(Member updated) when updated.isOwner() -> new Rejected(Reason.OWNER);
			case SentryResult.Success<Member>(Member updated) -> Confirmed.of(Outcome.UPDATED, updated);
			case SentryResult.Failed<Member>(Ambiguous cause) ->
				Reconciliation.ofUpdateRole(this.sender, id, role).run(cause);
			case SentryResult.Failed<Member>(Failure failure) -> new Failed(failure);
		};
	}

	private ChangeResult delete(Member member) {
		if (this.dryRun) {
			return Confirmed.of(Outcome.WOULD_DELETE, member);
		}
		return switch (this.sender.change(SentryRequest.delete(member.id()))) {
			case SentryResult.Success<MemberId> _ -> Confirmed.of(Outcome.DELETED, member);
			case SentryResult.Failed<MemberId>(Ambiguous cause) ->
				Reconciliation.ofDelete(this.sender, member).run(cause);
			case SentryResult.Failed<MemberId>(Failure failure) -> new Failed(failure);
		};
	}

	/** Finds a member that the client may access. */
	private <R> R locate(MemberRef ref, Function<Member, R> found, Function<Stopped, R> stopped) {
		return switch (ref) {
			case MemberRef.ByAddress(EmailAddress address) -> find(address, (member) -> checked(member, found, stopped),
					(_) -> stopped.apply(new Rejected(Reason.NOT_FOUND)), stopped);
			case MemberRef.ById(MemberId id) -> switch (this.sender.read(SentryRequest.read(id))) {
				case SentryResult.Success<Member>(Member member) -> checked(member, found, stopped);
				case SentryResult.Failed<Member>(Refusal refusal) when refusal
					.reason() == RefusalReason.NO_SUCH_MEMBER -> stopped.apply(new Rejected(Reason.NOT_FOUND));
				case SentryResult.Failed<Member>(Failure failure) -> stopped.apply(new Failed(failure));
			};
		};
	}

	private <R> R checked(Member member, Function<Member, R> found, Function<Stopped, R> stopped) {
		return this.access.check(member)
			.map((reason) -> stopped.apply(new Rejected(reason)))
			.orElseGet(() -> found.apply(member));
	}

	private <R> R find(EmailAddress address, Function<Member, R> found, Function<Lookup, R> missing,
			Function<Stopped, R> stopped) {
		return switch (this.sender.read(SentryRequest.find(address))) {
			case SentryResult.Success<Lookup>(Lookup lookup) -> switch (lookup.hits().size()) {
				case 0 -> missing.apply(lookup);
				case 1 -> found.apply(lookup.hits().getFirst());
				default -> stopped.apply(new SeveralFound(lookup.hits()));
			};
			case SentryResult.Failed<Lookup>(Failure failure) -> stopped.apply(new Failed(failure));
		};
	}

	/** Sentry creates no second member for the person behind an account. */
	private static ChangeResult plan(Lookup missing) {
		return missing.matchesOtherAddress() ? new AlreadyExists(null, null) : Confirmed.of(Outcome.WOULD_CREATE, null);
	}

	private boolean isHidden(EmailAddress address) {
		return this.sender
			.readBestEffort(SentryRequest.find(address)) instanceof SentryResult.Success<Lookup>(Lookup lookup)
				&& lookup.hits().isEmpty();
	}

	private @Nullable Member findExisting(EmailAddress address) {
		return (this.access.mayRead()
				&& this.sender
					.readBestEffort(SentryRequest.find(address)) instanceof SentryResult.Success<Lookup>(Lookup lookup)
				&& lookup.hits().size() == 1) ? lookup.hits().getFirst() : null;
	}

	/** Gives the lock of the member back. */
	@Override
	public void close() {
		this.lock.close();
	}

}
