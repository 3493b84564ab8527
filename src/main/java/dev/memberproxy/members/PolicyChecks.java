package dev.memberproxy.members;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
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
import dev.memberproxy.problem.ProblemType;
import dev.memberproxy.provisioning.AccessCheck;
import dev.memberproxy.provisioning.MemberCommand;
import dev.memberproxy.provisioning.Stopped.Reason;
import dev.memberproxy.sentry.Member;
import dev.memberproxy.sentry.NewMember;

/**
 * Checks a command against the policy and the quota of the client. A client that
 * addresses a member by id does not learn of members that it may not access.
 *
 * @param client the client
 * @param command the command
 */
record PolicyChecks(Client client, MemberCommand command) implements AccessCheck {

	/**
	 * Checks everything that is known before a request to Sentry.
	 * @return the problem, or empty if the client may go on
	 */
	Optional<Problem> checkRequest() {
		List<Rule> rules = violatedRules(this.client.policy());
		return rules.isEmpty() ? Optional.empty()
				: Optional.of(MemberProblems.notPermitted(rules.stream().map(this::error).toList()));
	}

	/**
	 * Counts the request against the quota. Where replicas share it, the answer takes a
	 * round trip.
	 * @return the problem, or empty if the client may go on
	 */
	CompletableFuture<Optional<Problem>> countRequest() {
		return this.client.tryConsumeQuota()
			.thenApply((used) -> used.map((wait) -> Problem
				.of(ProblemType.TOO_MANY_REQUESTS, "Your app has used up its requests for this minute.")
				.withRetryAfter(wait)));
	}

	@Override
	public boolean mayRead() {
		return this.client.policy().permits(Operation.READ);
	}

	@Override
	public Optional<Reason> check(Member member) {
		return switch (this.command) {
			case MemberCommand.Ensure _ when !this.client.policy().permits(Operation.UPDATE_ROLE) ->
				Optional.of(Reason.UPDATE_NOT_PERMITTED);
			case MemberCommand.Change change -> checkVisible(member).or(() -> checkChange(member, change.ref()));
			case MemberCommand.Read _ -> checkVisible(member);
		};
	}

	private Optional<Reason> checkVisible(Member member) {
		boolean hidden = this.command.ref() instanceof MemberRef.ById
				&& !this.client.policy().permitsMember(member.address());
		return hidden ? Optional.of(Reason.DOMAIN_HIDDEN) : Optional.empty();
	}

	private Optional<Reason> checkChange(Member member, MemberRef ref) {
		if (member.isOwner()) {
			return Optional.of(Reason.OWNER);
		}
		if (this.client.policy().permitsReplacing(member.sentryOrgRole())) {
			return Optional.empty();
		}
		return Optional.of((ref instanceof MemberRef.ById) ? Reason.ROLE_HIDDEN : Reason.ROLE_PROTECTED);
	}

	private List<Rule> violatedRules(Policy policy) {
		return switch (this.command) {
			case MemberCommand.Create(NewMember member) -> policy.violatedByCreate(member.role(), member.address());
			case MemberCommand.Ensure(NewMember member) -> policy.violatedByEnsure(member.role(), member.address());
			case MemberCommand.UpdateRole(MemberRef ref, Role role) -> policy.violatedByUpdateRole(role, ref);
			case MemberCommand.Delete(MemberRef ref) -> policy.violatedByDelete(ref);
			case MemberCommand.Find(MemberRef ref) -> policy.violatedByRead(ref);
			case MemberCommand.Search(EmailAddress address) -> policy.violatedByRead(new MemberRef.ByAddress(address));
			case MemberCommand.ListAll _ -> policy.violatedByList();
		};
	}

	private InputError error(Rule rule) {
		return switch (rule) {
			case OPERATION -> InputError.inRequest(InputCode.OPERATION, "is not an operation that your app may use");
			case ROLE -> InputError.inBody("/sentryOrgRole", InputCode.ROLE, roleFault());
			case EMAIL_DOMAIN -> domainError();
		};
	}

	private String roleFault() {
		String permitted = this.client.policy()
			.roles()
			.stream()
			.sorted()
			.map(Role::id)
			.collect(Collectors.joining(", "));
		return (this.command instanceof MemberCommand.Change change && change.role() != null)
				? "is not a role that your app may assign. Allowed: " + permitted
				: "must be given, because Sentry's default may be any role. Allowed: " + permitted;
	}

	private InputError domainError() {
		String fault = "is not in an e-mail domain that your app may access";
		return switch (this.command) {
			case MemberCommand.Create _ -> InputError.inBody("/userName", InputCode.EMAIL_DOMAIN, fault);
			case MemberCommand.Search _ -> InputError.inQuery("userName", InputCode.EMAIL_DOMAIN, fault);
			case MemberCommand.ListAll _ -> InputError.inRequest(InputCode.EMAIL_DOMAIN,
					"your app may access certain e-mail domains only, and must address each member by address or id");
			case MemberCommand.Ensure _, MemberCommand.UpdateRole _, MemberCommand.Delete _, MemberCommand.Find _ ->
				InputError.inRequest(InputCode.EMAIL_DOMAIN, "the address " + fault);
		};
	}

}
