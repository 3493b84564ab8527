package dev.memberproxy.fakesentry;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

import dev.memberproxy.fakesentry.FakeMember.State;
import org.jspecify.annotations.Nullable;

/**
 * The members of one organization and the rules by which Sentry changes them. Knows
 * nothing of HTTP.
 */
final class FakeOrganization {

	private static final String DEFAULT_ROLE = "member";

	private final Map<Long, FakeMember> members = new TreeMap<>();

	private long lastId = 100;

	FakeOrganization() {
		admit("owner@example.com", FakeMember.OWNER, State.JOINED, null);
		admit("joined@example.com", DEFAULT_ROLE, State.JOINED, null);
		admit("requested@example.com", DEFAULT_ROLE, State.REQUESTED, null);
	}

	/**
	 * Makes sure that there is such a member, as if it had always been there.
	 * @param userName the address
	 * @param state the state of a member not there yet
	 */
	void ensure(String userName, State state) {
		ensure(userName, state, null);
	}

	/**
	 * Makes sure that there is such a member, as if it had always been there.
	 * @param userName the address
	 * @param state the state of a member not there yet
	 * @param secondAddress a further address of a member not there yet
	 */
	synchronized void ensure(String userName, State state, @Nullable String secondAddress) {
		if (find(userName).isEmpty()) {
			admit(userName, DEFAULT_ROLE, state, secondAddress);
		}
	}

	synchronized Creation create(String userName, @Nullable String role) {
		String effectiveRole = (role != null) ? role : DEFAULT_ROLE;
		return find(userName).map((existing) -> recreate(existing, effectiveRole))
			.orElseGet(() -> new Creation.Created(
					add(new FakeMember(++this.lastId, userName, effectiveRole, State.INVITED, role != null, null))));
	}

	private static Creation recreate(FakeMember existing, String role) {
		return switch (existing.state()) {
			case JOINED -> Creation.Refused.JOINED;
			case INVITED -> Creation.Refused.INVITED;
			// Sentry looks for a request with this very role, and otherwise runs into the
			// unique constraint on the address.
			case REQUESTED -> existing.role().equals(role) ? new Creation.Created(existing)
					: Creation.Refused.REQUESTED_WITH_OTHER_ROLE;
		};
	}

	/**
	 * Lists the members, open requests left out, by address.
	 * @param userName the address to look for, in any case; null for all members
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
	 * Changes the role of a member; an owner keeps it.
	 * @param id the member
	 * @param role the new role, or null to go back to the default if a role was given
	 * before
	 * @return the member as it is now, or empty if there is none
	 */
	synchronized Optional<FakeMember> changeRole(long id, @Nullable String role) {
		return get(id).map((member) -> {
			if (member.isOwner() || (role == null && !member.restricted())) {
				return member;
			}
			return add(member.withRole((role != null) ? role : DEFAULT_ROLE, role != null));
		});
	}

	synchronized Removal remove(long id) {
		FakeMember member = this.members.get(id);
		if (member == null) {
			return Removal.UNKNOWN;
		}
		if (member.isOwner() && this.members.values().stream().filter(FakeMember::isOwner).count() == 1) {
			return Removal.LAST_OWNER;
		}
		this.members.remove(id);
		return Removal.REMOVED;
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

	/** How an attempt to create a member ended. */
	sealed interface Creation {

		/**
		 * The member is there.
		 *
		 * @param member the new member, or the one whose request was taken up
		 */
		record Created(FakeMember member) implements Creation {
		}

		/** Somebody was there before. */
		enum Refused implements Creation {

			JOINED, INVITED, REQUESTED_WITH_OTHER_ROLE

		}

	}

	/** How an attempt to remove a member ended. */
	enum Removal {

		REMOVED, UNKNOWN, LAST_OWNER

	}

}
