package dev.memberproxy.fakesentry;

/**
 * A member of the fake organization.
 *
 * @param id the id of the membership
 * @param userName the address, in the case it was sent in
 * @param role the role in lower case
 * @param state how far the person has come
 * @param restricted whether the role was given explicitly, so that only the identity
 * provider may change it
 */
record FakeMember(long id, String userName, String role, State state, boolean restricted) {

	static final String OWNER = "owner";

	boolean isOwner() {
		return this.role.equals(OWNER);
	}

	FakeMember withRole(String newRole, boolean newRestricted) {
		return new FakeMember(this.id, this.userName, newRole, this.state, newRestricted);
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
