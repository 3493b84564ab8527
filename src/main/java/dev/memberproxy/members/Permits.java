package dev.memberproxy.members;

import java.util.List;
import java.util.stream.Collectors;

import dev.memberproxy.clients.Client;
import dev.memberproxy.clients.Policy;
import dev.memberproxy.clients.Policy.Rule;
import dev.memberproxy.core.EmailAddress;
import dev.memberproxy.core.MemberRef;
import dev.memberproxy.core.Operation;
import dev.memberproxy.core.Role;
import dev.memberproxy.problem.InputCode;
import dev.memberproxy.problem.InputError;
import dev.memberproxy.problem.Problem;
import dev.memberproxy.problem.ProblemException;
import dev.memberproxy.problem.ProblemType;
import dev.memberproxy.sentry.Member;
import dev.memberproxy.sentry.NewMember;

/**
 * Stops what a client's policy or quota does not allow. Whoever names a member by its id
 * is not told that there is one which it may not touch.
 */
final class Permits {

	private Permits() {
	}

	/**
	 * Lets a command pass, or not, by all that is known before Sentry is asked.
	 * @param client who asks
	 * @param command what it asks for
	 * @throws ProblemException if the client may not, or has asked too often
	 */
	static void check(Client client, Command command) {
		List<Rule> rules = findRules(client.policy(), command);
		if (!rules.isEmpty()) {
			throw notPermitted(rules.stream().map((rule) -> error(rule, client.policy(), command)).toList());
		}
		client.tryConsumeQuota().ifPresent((wait) -> {
			throw new ProblemException(
					Problem.of(ProblemType.TOO_MANY_REQUESTS, "Your app has used up its requests for this minute.")
						.withRetryAfter(wait));
		});
	}

	/**
	 * Lets a member be changed or removed, or not, by what it is.
	 * @param client who asks
	 * @param ref how it named the member
	 * @param present the member
	 * @throws ProblemException if the client may not, or if nobody may
	 */
	static void checkTouching(Client client, MemberRef ref, Member present) {
		checkSight(client, ref, present);
		if (present.isOwner()) {
			throw new ProblemException(DeliveryProblems.ofOwner());
		}
		if (!client.policy().permitsReplacing(present.sentryOrgRole())) {
			throw switch (ref) {
				case MemberRef.ById _ -> hidden("its role is not among those that the client may take away");
				case MemberRef.ByAddress _ -> notPermitted(List
					.of(InputError.inRequest(InputCode.ROLE, "the member has a role that your app may not take away")));
			};
		}
	}

	/**
	 * Lets the role of a member that was to be ensured be changed, or not.
	 * @param client who asks
	 * @param address how it named the member
	 * @param present the member
	 * @throws ProblemException if the client may not, or if nobody may
	 */
	static void checkEnsuring(Client client, EmailAddress address, Member present) {
		if (!client.policy().permits(Operation.UPDATE_ROLE)) {
			throw notPermitted(List.of(InputError.inRequest(InputCode.OPERATION,
					"the member has another role, and your app may not change it")));
		}
		checkTouching(client, new MemberRef.ByAddress(address), present);
	}

	/**
	 * Lets a member be shown, or not.
	 * @param client who asks
	 * @param ref how it named the member
	 * @param present the member
	 * @throws ProblemException if the client may not
	 */
	static void checkSight(Client client, MemberRef ref, Member present) {
		if (ref instanceof MemberRef.ById && !client.policy().permitsMember(present.address())) {
			throw hidden("its address is not of a domain that the client may touch");
		}
	}

	private static ProblemException hidden(String why) {
		return new ProblemException(DeliveryProblems.ofNoMember(), "There is one, but " + why + ".");
	}

	private static ProblemException notPermitted(List<InputError> errors) {
		return new ProblemException(Problem.of(ProblemType.NOT_PERMITTED, "The policy of your app does not allow this.")
			.withErrors(errors));
	}

	private static List<Rule> findRules(Policy policy, Command command) {
		return switch (command) {
			case Command.Create(NewMember member) -> policy.violatedByCreate(member.role(), member.address());
			case Command.Ensure(NewMember member) -> policy.violatedByEnsure(member.role(), member.address());
			case Command.ChangeRole(MemberRef ref, Role role) -> policy.violatedByUpdateRole(role, ref);
			case Command.Remove(MemberRef ref) -> policy.violatedByDelete(ref);
			case Command.Read(MemberRef ref) -> policy.violatedByRead(ref);
			case Command.Search(EmailAddress address) -> policy.violatedByRead(new MemberRef.ByAddress(address));
			case Command.Browse _ -> policy.violatedByList();
		};
	}

	private static InputError error(Rule rule, Policy policy, Command command) {
		return switch (rule) {
			case OPERATION -> InputError.inRequest(InputCode.OPERATION, "is not among what your app may do");
			case ROLE -> InputError.inBody("/sentryOrgRole", InputCode.ROLE, role(policy, command));
			case EMAIL_DOMAIN -> foreignDomain(command);
		};
	}

	private static String role(Policy policy, Command command) {
		String permitted = policy.roles().stream().sorted().map(Role::id).collect(Collectors.joining(", "));
		return (command.role() != null) ? "is not a role that your app may give: that would be one of " + permitted
				: "must be given, as Sentry's default could be any role: name one of " + permitted;
	}

	private static InputError foreignDomain(Command command) {
		String detail = "is not of a domain that your app may touch";
		return switch (command) {
			case Command.Create _ -> InputError.inBody("/userName", InputCode.EMAIL_DOMAIN, detail);
			case Command.Search _ -> InputError.inQuery("userName", InputCode.EMAIL_DOMAIN, detail);
			case Command.Browse _ -> InputError.inRequest(InputCode.EMAIL_DOMAIN,
					"your app may touch some domains only, and has to name each member by address or id");
			case Command.Ensure _, Command.ChangeRole _, Command.Remove _, Command.Read _ ->
				InputError.inRequest(InputCode.EMAIL_DOMAIN, "the address " + detail);
		};
	}

}
