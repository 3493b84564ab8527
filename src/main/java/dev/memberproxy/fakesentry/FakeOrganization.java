package dev.memberproxy.fakesentry;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

import dev.memberproxy.fakesentry.FakeMember.State;
import org.jspecify.annotations.Nullable;

/** The members of one organization, and the rules by which Sentry changes them. */
final class FakeOrganization {

	private static final String DEFAULT_ROLE = "member";

	private final Map<Long, FakeMember> members = new TreeMap<>();

	private long lastId = 100;

	FakeOrganization() {
		admit("owner@example.com", FakeMember.OWNER, State.JOINED, null);
		admit("joined@example.com", DEFAULT_ROLE, State.JOINED, null);
		admit("requested@example.com", DEFAULT_ROLE, State.REQUESTED, null);
	}

	/** Adds a member, unless there is one with this address. */
	void ensure(String userName, State state) {
		ensure(userName, state, null);
	}

	/** Adds a member, unless there is one with this address. */
	synchronized void ensure(String userName, State state, @Nullable String secondAddress) {
		if (find(userName).isEmpty()) {
			admit(userName, DEFAULT_ROLE, state, secondAddress);
		}
	}

	synchronized FakeResponse create(String userName, @Nullable String role) {
		String effectiveRole = (role != null) ? role : DEFAULT_ROLE;
		FakeMember existing = find(userName).orElse(null);
		if (existing == null) {
			return created(
					add(new FakeMember(++this.lastId, userName, effectiveRole, State.INVITED, role != null, null)));
		}
		return switch (existing.state()) {
			case JOINED -> FakeResponse.scimError(409, "uniqueness", "User already exists in the database.");
			case INVITED -> FakeResponse
				.invalidFields(Map.of("email", List.of("The user " + userName + " has already been invited")));
			// Sentry looks for a join request with this role, and otherwise violates the
			// unique constraint on the address.
			case REQUESTED -> existing.role().equals(effectiveRole) ? created(existing) : FakeResponse.internalError();
		};
	}

	private static FakeResponse created(FakeMember member) {
		return FakeResponse.json(201, member.json());
	}

	/**
	 * Lists the members by address, without open join requests.
	 * @param userName the address to search for, ignoring case; null for all members
	 * @return the members
	 */
	synchronized List<FakeMember> list(@Nullable String userName) {
		return this.members.values()
			.stream()
			.filter((member) -> member.state() != State.REQUESTED)
			.filter((member) -> userName == null || member.isListedAs(userName))
			.sorted(Comparator.comparing(FakeMember::userName).thenComparingLong(FakeMember::id))
			.toList();
	}

	synchronized Optional<FakeMember> get(long id) {
		return Optional.ofNullable(this.members.get(id));
	}

	/**
	 * Changes the role of a member. An owner stays one.
	 * @param role the new role; null resets a role that was requested explicitly
	 * @return the member after the change, or empty if there is none
	 */
	synchronized Optional<FakeMember> changeRole(long id, @Nullable String role) {
		return get(id).map((member) -> {
			if (member.isOwner() || (role == null && !member.restricted())) {
				return member;
			}
			return add(member.withRole((role != null) ? role : DEFAULT_ROLE, role != null));
		});
	}

	synchronized FakeResponse remove(long id) {
		FakeMember member = this.members.get(id);
		if (member == null) {
			return FakeResponse.memberNotFound();
		}
		if (member.isOwner() && this.members.values().stream().filter(FakeMember::isOwner).count() == 1) {
			return FakeResponse.error(403, "You cannot remove the only remaining owner of the organization.");
		}
		this.members.remove(id);
		return FakeResponse.noContent();
	}

	private Optional<FakeMember> find(String userName) {
		return this.members.values().stream().filter((member) -> member.isKnownAs(userName)).findFirst();
	}

	private void admit(String userName, String role, State state, @Nullable String secondAddress) {
		add(new FakeMember(++this.lastId, userName, role, state, false, secondAddress));
	}

	private FakeMember add(FakeMember member) {
		this.members.put(member.id(), member);
		return member;
	}

}
