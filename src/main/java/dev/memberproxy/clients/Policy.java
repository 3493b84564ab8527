package dev.memberproxy.clients;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

import dev.memberproxy.core.EmailAddress;
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
record Policy(Set<String> organizations, Set<Operation> operations, Set<Role> roles, EmailDomains domains) {

	Policy {
		organizations = Set.copyOf(organizations);
		operations = Set.copyOf(operations);
		roles = Set.copyOf(roles);
	}

	/**
	 * The rules that keep the client from creating a member.
	 * @param role the role asked for, or null for the organization's default
	 * @param address whom
	 * @return the rules, none if it may
	 */
	List<Rule> findAgainstCreation(@Nullable Role role, EmailAddress address) {
		List<Rule> rules = new ArrayList<>();
		if (!this.operations.contains(Operation.CREATE)) {
			rules.add(Rule.OPERATION);
		}
		if (!permitsRole(role)) {
			rules.add(Rule.ROLE);
		}
		if (!this.domains.contain(address)) {
			rules.add(Rule.EMAIL_DOMAIN);
		}
		return rules;
	}

	/** Sentry alone knows the default, so that it may be any. */
	private boolean permitsRole(@Nullable Role role) {
		return (role != null) ? this.roles.contains(role) : this.roles.containsAll(EnumSet.allOf(Role.class));
	}

}
