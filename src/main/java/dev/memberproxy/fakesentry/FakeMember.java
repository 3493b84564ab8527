package dev.memberproxy.fakesentry;

import org.jspecify.annotations.Nullable;

/**
 * A member of the fake organization.
 *
 * @param id the id of the membership
 * @param userName the address, in the case it was sent in
 * @param role the role in lower case
 * @param state how far the person has come
 * @param restricted whether the role was given explicitly, so that only the identity
 * provider may change it
 * @param secondAddress a further address of the account, if it has one
 */
record FakeMember(long id, String userName, String role, State state, boolean restricted,
		@Nullable String secondAddress) {

	static final String OWNER = "owner";

	boolean isOwner() {
		return this.role.equals(OWNER);
	}

	FakeMember withRole(String newRole, boolean newRestricted) {
		return new FakeMember(this.id, this.userName, newRole, this.state, newRestricted, this.secondAddress);
	}

	/**
	 * Whether this is an address of the member: a joined one is known by all addresses of
	 * the account, in any case; others by theirs alone, exactly.
	 * @param address any address
	 * @return whether a new member with it would be this one
	 */
	boolean isKnownAs(String address) {
		return (this.state == State.JOINED) ? isListedAs(address) : this.userName.equals(address);
	}

	/**
	 * Whether a search for an address finds the member, which disregards its case.
	 * @param address any address
	 * @return whether it is found
	 */
	boolean isListedAs(String address) {
		return this.userName.equalsIgnoreCase(address) || address.equalsIgnoreCase(this.secondAddress);
	}

	/** How far a person has come on the way to being a member. */
	enum State {

		/** Linked to a login. */
		JOINED,

		/** Provisioned or invited, never signed in. */
		INVITED,

		/** Waits for somebody's approval; not listed. */
		REQUESTED

	}

}
