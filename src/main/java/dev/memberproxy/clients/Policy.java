package dev.memberproxy.clients;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import dev.memberproxy.core.EmailAddress;
import dev.memberproxy.core.MemberRef;
import dev.memberproxy.core.Operation;
import dev.memberproxy.core.Role;
import org.jspecify.annotations.Nullable;

/**
 * What a client may do. Decides and nothing else: who asks, and what a refusal looks
 * like, is known elsewhere.
 *
 * @param organizations the aliases of the organizations it may touch
 * @param operations what it may do there
 * @param roles the roles it may give, and take away
 * @param domains whom it may touch
 */
public record Policy(Set<String> organizations, Set<Operation> operations, Set<Role> roles, EmailDomains domains) {

	public Policy {
		organizations = Set.copyOf(organizations);
		operations = Set.copyOf(operations);
		roles = Set.copyOf(roles);
	}

	/**
	 * What keeps the client from creating a member.
	 * @param role the role asked for, or null for the organization's default
	 * @param address whom
	 * @return the rules, none if it may
	 */
	public List<Rule> findAgainstCreation(@Nullable Role role, EmailAddress address) {
		return findAgainst(permits(Operation.CREATE), permitsRole(role), permitsAddress(address));
	}

	/**
	 * What keeps the client from ensuring that a person is a member. It has to be allowed
	 * to read as well, as it is told of the member that is there already.
	 * @param role the role asked for, or null for any
	 * @param address whom
	 * @return the rules, none if it may
	 */
	public List<Rule> findAgainstEnsuring(@Nullable Role role, EmailAddress address) {
		return findAgainst(permits(Operation.CREATE) && permits(Operation.READ), permitsRole(role),
				permitsAddress(address));
	}

	/**
	 * What keeps the client from changing a role, as far as it is known before the member
	 * is.
	 * @param role the role asked for
	 * @param ref whom
	 * @return the rules, none if it may
	 */
	public List<Rule> findAgainstRoleChange(Role role, MemberRef ref) {
		return findAgainst(permits(Operation.UPDATE_ROLE), permitsRole(role), permitsRef(ref));
	}

	/**
	 * What keeps the client from removing a member, as far as it is known before the
	 * member is.
	 * @param ref whom
	 * @return the rules, none if it may
	 */
	public List<Rule> findAgainstRemoval(MemberRef ref) {
		return findAgainst(permits(Operation.DELETE), true, permitsRef(ref));
	}

	/**
	 * What keeps the client from looking at a member, as far as it is known before the
	 * member is.
	 * @param ref whom
	 * @return the rules, none if it may
	 */
	public List<Rule> findAgainstReading(MemberRef ref) {
		return findAgainst(permits(Operation.READ), true, permitsRef(ref));
	}

	/**
	 * What keeps the client from listing all members.
	 * @return the rules, none if it may
	 */
	public List<Rule> findAgainstListing() {
		return findAgainst(permits(Operation.READ), true, !this.domains.areLimited());
	}

	/**
	 * Whether the client may do something at all.
	 * @param operation what
	 * @return whether it may
	 */
	public boolean permits(Operation operation) {
		return this.operations.contains(operation);
	}

	/**
	 * Whether the client may touch the person with an address.
	 * @param address the address, or empty if it is not known
	 * @return false if it is not known and the client may not touch everybody
	 */
	public boolean permitsPerson(Optional<EmailAddress> address) {
		return address.map(this::permitsAddress).orElseGet(() -> !this.domains.areLimited());
	}

	/**
	 * Whether the client may take a role away from a member: only one that it might give.
	 * @param role the role that the member has, or null if it is not known
	 * @return whether it may
	 */
	public boolean permitsTaking(@Nullable String role) {
		return role != null && Role.find(role).filter(this.roles::contains).isPresent();
	}

	private boolean permitsRef(MemberRef ref) {
		return switch (ref) {
			case MemberRef.ByAddress(EmailAddress address) -> permitsAddress(address);
			// Whose it is is not known yet.
			case MemberRef.ById _ -> true;
		};
	}

	private boolean permitsAddress(EmailAddress address) {
		return this.domains.contain(address);
	}

	/** Sentry alone knows the default, so that it may be any. */
	private boolean permitsRole(@Nullable Role role) {
		return (role != null) ? this.roles.contains(role) : this.roles.containsAll(EnumSet.allOf(Role.class));
	}

	private static List<Rule> findAgainst(boolean operation, boolean role, boolean address) {
		List<Rule> rules = new ArrayList<>();
		if (!operation) {
			rules.add(Rule.OPERATION);
		}
		if (!role) {
			rules.add(Rule.ROLE);
		}
		if (!address) {
			rules.add(Rule.EMAIL_DOMAIN);
		}
		return rules;
	}

}
