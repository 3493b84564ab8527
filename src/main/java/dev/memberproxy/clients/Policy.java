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
 * What a client may do. The methods {@code violatedBy…} return the rules that forbid an
 * operation, as far as this is known before the member is read; none if it is permitted.
 *
 * @param organizations the aliases of the organizations it may access
 * @param operations what it may do there
 * @param roles the roles it may assign, and replace
 * @param emailDomains the domains of the addresses it may manage, in lower case: exact,
 * or all domains below one where it begins with {@code *.}; any if there are none
 */
public record Policy(Set<String> organizations, Set<Operation> operations, Set<Role> roles, List<String> emailDomains) {

	private static final String WILDCARD = "*.";

	public Policy {
		organizations = Set.copyOf(organizations);
		operations = Set.copyOf(operations);
		roles = Set.copyOf(roles);
		emailDomains = List.copyOf(emailDomains);
	}

	/** Checks the creation of a member; no role stands for the organization's default. */
	public List<Rule> violatedByCreate(@Nullable Role role, EmailAddress address) {
		return violated(permits(Operation.CREATE), permitsRole(role), permitsAddress(address));
	}

	/**
	 * Checks that a person may be ensured to be a member. The client has to be permitted
	 * to read as well, because the response shows a member that exists already.
	 */
	public List<Rule> violatedByEnsure(@Nullable Role role, EmailAddress address) {
		return violated(permits(Operation.CREATE) && permits(Operation.READ), permitsRole(role),
				permitsAddress(address));
	}

	public List<Rule> violatedByUpdateRole(Role role, MemberRef ref) {
		return violated(permits(Operation.UPDATE_ROLE), permitsRole(role), permitsRef(ref));
	}

	public List<Rule> violatedByDelete(MemberRef ref) {
		return violated(permits(Operation.DELETE), true, permitsRef(ref));
	}

	public List<Rule> violatedByRead(MemberRef ref) {
		return violated(permits(Operation.READ), true, permitsRef(ref));
	}

	public List<Rule> violatedByList() {
		return violated(permits(Operation.READ), true, permitsEveryAddress());
	}

	public boolean permits(Operation operation) {
		return this.operations.contains(operation);
	}

	/**
	 * Whether the client may manage a member, once its address is known: without a
	 * readable address only if it may manage every member.
	 */
	public boolean permitsMember(Optional<EmailAddress> address) {
		return address.map(this::permitsAddress).orElseGet(this::permitsEveryAddress);
	}

	/**
	 * Whether the client may change or delete a member that has a role: only one that it
	 * may assign, and none that is not known.
	 */
	public boolean permitsReplacing(@Nullable String role) {
		return role != null && Role.find(role).filter(this.roles::contains).isPresent();
	}

	private boolean permitsRef(MemberRef ref) {
		return switch (ref) {
			case MemberRef.ByAddress(EmailAddress address) -> permitsAddress(address);
			// The address is known only after the member is read.
			case MemberRef.ById _ -> true;
		};
	}

	private boolean permitsEveryAddress() {
		return this.emailDomains.isEmpty();
	}

	private boolean permitsAddress(EmailAddress address) {
		String domain = address.value().substring(address.value().indexOf('@') + 1);
		return permitsEveryAddress() || this.emailDomains.stream()
			.anyMatch((pattern) -> pattern.startsWith(WILDCARD) ? domain.endsWith(pattern.substring(1))
					: domain.equals(pattern));
	}

	/** The default role is known to Sentry only, so it may be any role. */
	private boolean permitsRole(@Nullable Role role) {
		return (role != null) ? this.roles.contains(role) : this.roles.containsAll(EnumSet.allOf(Role.class));
	}

	private static List<Rule> violated(boolean operation, boolean role, boolean address) {
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

	/** The rules that can forbid a request. */
	public enum Rule {

		OPERATION, ROLE, EMAIL_DOMAIN

	}

}
