package dev.memberproxy.members;

import java.time.Duration;
import java.util.List;

import dev.memberproxy.core.EmailAddress;
import dev.memberproxy.problem.InputCode;
import dev.memberproxy.problem.InputError;
import dev.memberproxy.problem.Outcome;
import dev.memberproxy.problem.Problem;
import dev.memberproxy.problem.Problem.MemberInTheWay;
import dev.memberproxy.problem.Problem.Upstream;
import dev.memberproxy.problem.ProblemType;
import dev.memberproxy.provisioning.ChangeResult.AlreadyExists;
import dev.memberproxy.provisioning.ChangeResult.Unknown;
import dev.memberproxy.provisioning.MemberCommand;
import dev.memberproxy.provisioning.MemberCommand.Change;
import dev.memberproxy.provisioning.Stopped;
import dev.memberproxy.sentry.Failure;
import dev.memberproxy.sentry.Member;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;

/** The problem for each result that is not a success. */
final class MemberProblems {

	/** Somebody has to decide about the request to join first. */
	private static final Duration DECISION_TIME = Duration.ofSeconds(60);

	/** A lock is likely to be free after one more request for the same member. */
	private static final Duration LOCK_TIME = Duration.ofSeconds(1);

	private MemberProblems() {
	}

	/**
	 * The problem for a command that was stopped before it changed anything.
	 * @param mayRead whether the client may read the roles of members
	 */
	static Problem of(Stopped result, boolean mayRead) {
		return switch (result) {
			case Stopped.Failed(Failure failure) -> withUpstream(of(failure), failure);
			case Stopped.SeveralFound(List<Member> members) -> Problem
				.of(ProblemType.MEMBER_AMBIGUOUS,
						"Several members of the organization have this address. Use one of the ids in members.")
				.withMembers(members.stream()
					.map((member) -> new MemberInTheWay(member.id().value(), mayRead ? member.sentryOrgRole() : null))
					.toList());
			case Stopped.Rejected(Stopped.Reason reason) -> of(reason);
		};
	}

	/** The problem for a person that is a member already. */
	static Problem of(AlreadyExists result) {
		Failure.Refusal refusal = result.refusal();
		Problem problem = (refusal != null) ? withUpstream(of(refusal), refusal) : exists();
		Member existing = result.existing();
		return (existing != null)
				? problem.withMembers(List.of(new MemberInTheWay(existing.id().value(), existing.sentryOrgRole())))
				: problem;
	}

	/** The problem for a change of unknown outcome. */
	static Problem of(Unknown unknown, Change command) {
		return withUpstream(switch (unknown.cause().reason()) {
			case WEB_PAGE, FOREIGN_RESPONSE -> Problem
				.of(ProblemType.SENTRY_MISCONFIGURED,
						"Something between this service and Sentry responded instead of Sentry. It is not known whether"
								+ " Sentry did " + change(command) + ".")
				.withOutcome(Outcome.UNKNOWN);
			case INTERNAL_ERROR, TIMED_OUT, UNCLEAR -> switch (unknown.reason()) {
				case LATE -> Problem
					.of(ProblemType.OUTCOME_UNKNOWN,
							"Sentry did not respond in time, and may still " + change(command) + ".")
					.withStatus(HttpStatus.GATEWAY_TIMEOUT);
				case FAILED_TWICE -> failedTwice(command);
				case INCONCLUSIVE -> inconclusive(command);
			};
		}, unknown.cause());
	}

	/** There is no such member, or none that the client may access. */
	static Problem notFound() {
		return Problem.of(ProblemType.MEMBER_NOT_FOUND, "The organization has no such member.");
	}

	static Problem notPermitted(List<InputError> errors) {
		return Problem.of(ProblemType.NOT_PERMITTED, "The policy of your app does not allow this.").withErrors(errors);
	}

	private static Problem exists() {
		return Problem.of(ProblemType.MEMBER_EXISTS, "The organization already has a member with this address, possibly"
				+ " as a secondary address of an account.");
	}

	private static Problem busy(Duration retryAfter) {
		return Problem.of(ProblemType.BUSY, "The request would have had to wait too long.").withRetryAfter(retryAfter);
	}

	private static Problem of(Stopped.Reason reason) {
		return switch (reason) {
			case NOT_FOUND, DOMAIN_HIDDEN, ROLE_HIDDEN -> notFound();
			case ROLE_PROTECTED -> notPermitted(List
				.of(InputError.inRequest(InputCode.ROLE, "the member has a role that your app may not replace")));
			case UPDATE_NOT_PERMITTED -> notPermitted(List.of(InputError.inRequest(InputCode.OPERATION,
					"the member has another role, and your app may not change it")));
			case OWNER -> Problem.of(ProblemType.MEMBER_PROTECTED, "The member is an owner of the organization.");
			case ADDRESS_TOO_LONG ->
				Problem.of(ProblemType.INVALID_REQUEST, "The organization has no member with this address.")
					.withErrors(List.of(InputError.inRequest(InputCode.INVALID_ADDRESS, "the address must have at most "
							+ EmailAddress.MAX_NEW_LENGTH + " characters for a new member")));
			case LOCKED -> busy(LOCK_TIME);
		};
	}

	private static Problem of(Failure failure) {
		return switch (failure) {
			case Failure.Refusal refusal -> of(refusal);
			case Failure.NotProcessed notProcessed -> of(notProcessed);
			case Failure.Ambiguous ambiguous -> ofRead(ambiguous);
		};
	}

	private static Problem of(Failure.Refusal refusal) {
		return switch (refusal.reason()) {
			case ALREADY_MEMBER -> exists();
			case ALREADY_INVITED -> Problem.of(ProblemType.MEMBER_ALREADY_INVITED,
					"The person already is a member, but has not signed in yet.");
			case ROLE_NOT_AVAILABLE ->
				Problem.of(ProblemType.ROLE_NOT_AVAILABLE, "Sentry refuses this role for the organization.");
			case INVALID_DATA -> Problem.of(ProblemType.REJECTED_BY_SENTRY, "Sentry refuses the data of this member.");
			case NO_SUCH_MEMBER -> notFound();
			case MEMBER_PROTECTED ->
				Problem.of(ProblemType.MEMBER_PROTECTED, "Sentry protects this member against changes.");
			case TOKEN_REJECTED, TOKEN_NOT_PERMITTED -> Problem.of(ProblemType.SENTRY_CREDENTIALS_REFUSED,
					"Sentry does not accept the credentials of this service.");
			case WRONG_ENDPOINT -> wrongEndpoint();
		};
	}

	private static Problem of(Failure.NotProcessed failure) {
		return switch (failure.reason()) {
			case NOT_SENT -> Problem.of(ProblemType.SENTRY_UNAVAILABLE, "No connection to Sentry could be made.");
			case NOT_FORWARDED -> Problem.of(ProblemType.SENTRY_UNAVAILABLE,
					"Sentry is temporarily unavailable and did not process the request.");
			case RATE_LIMITED ->
				Problem.of(ProblemType.RATE_LIMITED_BY_SENTRY, "Sentry currently accepts no more requests.")
					.withRetryAfter(failure.retryAfter());
			case QUEUE_FULL -> busy(failure.retryAfter());
			case CIRCUIT_OPEN ->
				Problem.of(ProblemType.SENTRY_UNAVAILABLE, "Sentry failed repeatedly. Calls to it are suspended.")
					.withRetryAfter(failure.retryAfter());
		};
	}

	/** Only a read ends with an ambiguous failure: a change would be reconciled. */
	private static Problem ofRead(Failure.Ambiguous failure) {
		return switch (failure.reason()) {
			case WEB_PAGE -> wrongEndpoint();
			case FOREIGN_RESPONSE -> Problem.of(ProblemType.SENTRY_MISCONFIGURED,
					"Something between this service and Sentry responded instead of Sentry. Nothing was changed.");
			case INTERNAL_ERROR, TIMED_OUT, UNCLEAR ->
				Problem.of(ProblemType.SENTRY_UNAVAILABLE, "Sentry did not respond to a read. Nothing was changed.");
		};
	}

	private static Problem wrongEndpoint() {
		return Problem.of(ProblemType.SENTRY_MISCONFIGURED,
				"This service does not reach Sentry's SCIM API for the organization.");
	}

	/** Sentry fails like this for a person that has requested to join. */
	private static Problem failedTwice(Change command) {
		if (command instanceof MemberCommand.Create || command instanceof MemberCommand.Ensure) {
			return Problem
				.of(ProblemType.OUTCOME_UNKNOWN,
						"Sentry failed twice, as it does when the person has requested to join the organization with"
								+ " another role and nobody has decided about it yet.")
				.withRetryAfter(DECISION_TIME);
		}
		return inconclusive(command);
	}

	private static Problem inconclusive(Change command) {
		return Problem.of(ProblemType.OUTCOME_UNKNOWN,
				"It is not known whether Sentry did, or still will, " + change(command) + ".");
	}

	private static String change(Change command) {
		return switch (command) {
			case MemberCommand.Create _ -> "create the member";
			case MemberCommand.Ensure _ -> "create or change the member";
			case MemberCommand.UpdateRole _ -> "change the member's role";
			case MemberCommand.Delete _ -> "delete the member";
		};
	}

	private static Problem withUpstream(Problem problem, Failure failure) {
		Integer status = failure.status();
		String errorId = (failure instanceof Failure.Ambiguous ambiguous) ? ambiguous.errorId() : null;
		return (status != null) ? problem.withUpstream(new Upstream(status, errorId)) : problem;
	}

}
