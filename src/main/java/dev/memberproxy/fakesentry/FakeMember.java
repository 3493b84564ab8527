package dev.memberproxy.fakesentry;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * A member of the fake organization.
 *
 * @param id the id of the member
 * @param userName the address, in the letter case of the request
 * @param role the role in lower case
 * @param state how far the person has come
 * @param restricted whether the role was requested explicitly, so that only the identity
 * provider may change it
 * @param secondAddress a secondary address of the account, if there is one
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
	 * Whether a new member with this address would be this one. A joined member is known
	 * by all addresses of the account, ignoring case; others by the exact address only.
	 */
	boolean isKnownAs(String address) {
		return (this.state == State.JOINED) ? isListedAs(address) : this.userName.equals(address);
	}

	/** Whether a search for the address finds the member. Ignores case. */
	boolean isListedAs(String address) {
		return this.userName.equalsIgnoreCase(address) || address.equalsIgnoreCase(this.secondAddress);
	}

	/** The SCIM representation. Sentry never stores names, and active is always true. */
	Map<String, Object> json() {
		Map<String, Object> json = new LinkedHashMap<>();
		json.put("schemas", List.of("urn:ietf:params:scim:schemas:core:2.0:User"));
		json.put("id", String.valueOf(this.id));
		json.put("userName", this.userName);
		json.put("name", Map.of("givenName", "N/A", "familyName", "N/A"));
		json.put("emails", List.of(Map.of("primary", true, "value", this.userName, "type", "work")));
		json.put("meta", Map.of("resourceType", "User"));
		json.put("sentryOrgRole", this.role);
		json.put("active", true);
		return json;
	}

	/** How far a person has come on the way to being a member. */
	enum State {

		/** Has signed in. */
		JOINED,

		/** Provisioned or invited, but never signed in. */
		INVITED,

		/** Has asked to join; not listed until somebody approves. */
		REQUESTED

	}

}
