package dev.memberproxy.members;

import java.time.Duration;
import java.util.List;

import dev.memberproxy.core.EmailAddress;
import dev.memberproxy.delivery.Delivered;
import dev.memberproxy.problem.InputCode;
import dev.memberproxy.problem.InputError;
import dev.memberproxy.problem.Outcome;
import dev.memberproxy.problem.Problem;
import dev.memberproxy.problem.Problem.MemberInTheWay;
import dev.memberproxy.problem.Problem.Upstream;
import dev.memberproxy.problem.ProblemType;
import dev.memberproxy.sentry.Failure;
import dev.memberproxy.sentry.Member;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;

/** The problem that stands for each way in which a request did not end well. */
final class DeliveryProblems {

	/** Somebody has to decide about the request to join first. */
	private static final Duration DECISION = Duration.ofSeconds(60);

	private DeliveryProblems() {
	}

	/**
	 * The problem of a request.
	 * @param unconfirmed how it ended
	 * @param command what it asked for
	 * @param mayRead whether the caller may be told the roles of members
	 * @return the problem
	 */
	static Problem of(Delivered.Unconfirmed unconfirmed, Command command, boolean mayRead) {
		return switch (unconfirmed) {
			case Delivered.Refused(Failure.Refusal refusal, Member existing) ->
				withMember(withUpstream(of(refusal), refusal), existing);
			case Delivered.AlreadyThere(Member existing) -> withMember(ofMember(), existing);
			case Delivered.NotFound _ -> ofNoMember();
			case Delivered.SeveralFound(List<Member> members) -> Problem
				.of(ProblemType.MEMBER_AMBIGUOUS,
						"Several members of the organization have this address. Use one of the ids in members.")
				.withMembers(members.stream()
					.map((member) -> new MemberInTheWay(member.id().value(), mayRead ? member.sentryOrgRole() : null))
					.toList());
			case Delivered.TooLongToCreate _ ->
				Problem.of(ProblemType.INVALID_REQUEST, "The organization has no member with this address.")
					.withErrors(List.of(InputError.inRequest(InputCode.INVALID_ADDRESS, "the address must have at most "
							+ EmailAddress.MAX_NEW_LENGTH + " characters for a new member")));
			case Delivered.Protected _ -> ofOwner();
			case Delivered.NotProcessed(Failure.NotProcessed failure) -> withUpstream(of(failure), failure);
			case Delivered.Unanswered(Failure.Ambiguous failure) -> withUpstream(ofUnanswered(failure), failure);
			case Delivered.Unknown unknown -> withUpstream(of(unknown, command), unknown.cause());
			case Delivered.Busy busy ->
				Problem.of(ProblemType.BUSY, "The request would have had to wait too long for its turn.")
					.withRetryAfter(busy.retryAfter());
			case Delivered.CircuitOpen open ->
				Problem.of(ProblemType.SENTRY_UNAVAILABLE, "Sentry failed too often of late and is not called for now.")
					.withRetryAfter(open.retryAfter());
		};
	}

	/** The member is an owner, whom nobody changes or removes here. */
	static Problem ofOwner() {
		return Problem.of(ProblemType.MEMBER_PROTECTED, "The member is an owner of the organization.");
	}

	/** There is no such member, or none that the client may touch. */
	static Problem ofNoMember() {
		return Problem.of(ProblemType.MEMBER_NOT_FOUND, "The organization has no such member.");
	}

	private static Problem ofMember() {
		return Problem.of(ProblemType.MEMBER_EXISTS,
				"The organization already has a member with this address, possibly as a second one of an account.");
	}

	private static Problem of(Failure.Refusal refusal) {
		return switch (refusal) {
			case Failure.AlreadyMember _ -> ofMember();
			case Failure.AlreadyInvited _ -> Problem.of(ProblemType.MEMBER_ALREADY_INVITED,
					"The person already has a seat, but has not signed in yet.");
			case Failure.RoleRefused _ ->
				Problem.of(ProblemType.ROLE_NOT_AVAILABLE, "Sentry refuses this role for the organization.");
			case Failure.DataRefused _ ->
				Problem.of(ProblemType.REJECTED_BY_SENTRY, "Sentry refuses the data of this member.");
			case Failure.NoSuchMember _ -> ofNoMember();
			case Failure.ProtectedMember _ ->
				Problem.of(ProblemType.MEMBER_PROTECTED, "Sentry lets nobody change or remove this member.");
			case Failure.CredentialsRefused _ -> Problem.of(ProblemType.SENTRY_CREDENTIALS_REFUSED,
					"Sentry does not accept the credentials of this service.");
			case Failure.WrongEndpoint _ -> ofWrongEndpoint();
		};
	}

	private static Problem ofWrongEndpoint() {
		return Problem.of(ProblemType.SENTRY_MISCONFIGURED,
				"This service does not reach Sentry's SCIM API for the organization.");
	}

	private static Problem ofUnanswered(Failure.Ambiguous failure) {
		return switch (failure) {
			case Failure.WebPage _ -> ofWrongEndpoint();
			case Failure.ForeignResponse _ -> Problem.of(ProblemType.SENTRY_MISCONFIGURED,
					"Something between this service and Sentry answered instead of Sentry; nothing was changed.");
			case Failure.SentryFault _, Failure.TimedOut _, Failure.Unclear _ ->
				Problem.of(ProblemType.SENTRY_UNAVAILABLE, "Sentry did not respond to a read; nothing was changed.");
		};
	}

	private static Problem of(Failure.NotProcessed failure) {
		return switch (failure) {
			case Failure.RateLimited limited ->
				Problem.of(ProblemType.RATE_LIMITED_BY_SENTRY, "Sentry accepts no more requests at the moment.")
					.withRetryAfter(limited.retryAfter());
			case Failure.NotForwarded _ -> Problem.of(ProblemType.SENTRY_UNAVAILABLE,
					"Sentry is temporarily unavailable and did not process the request.");
			case Failure.NotSent _ ->
				Problem.of(ProblemType.SENTRY_UNAVAILABLE, "No connection to Sentry could be made.");
		};
	}

	private static Problem of(Delivered.Unknown unknown, Command command) {
		if (unknown.cause() instanceof Failure.WebPage || unknown.cause() instanceof Failure.ForeignResponse) {
			return Problem
				.of(ProblemType.SENTRY_MISCONFIGURED,
						"Something between this service and Sentry answered instead of Sentry. It is not known whether"
								+ " Sentry did " + change(command) + ".")
				.withOutcome(Outcome.UNKNOWN);
		}
		return switch (unknown.doubt()) {
			case LATE -> Problem
				.of(ProblemType.OUTCOME_UNKNOWN,
						"Sentry did not answer in time, and may still " + change(command) + ".")
				.withStatus(HttpStatus.GATEWAY_TIMEOUT);
			case FAILED_TWICE -> ofFailedTwice(command);
			case UNSETTLED -> ofUnsettled(command);
		};
	}

	/** So Sentry fails for somebody who has asked to join. */
	private static Problem ofFailedTwice(Command command) {
		return switch (command) {
			case Command.Create _,
					Command.Ensure _ ->
				Problem
					.of(ProblemType.OUTCOME_UNKNOWN,
							"Sentry failed twice, as it does when the person has asked to join the"
									+ " organization with another role and nobody has decided about it yet.")
					.withRetryAfter(DECISION);
			case Command.ChangeRole _, Command.Remove _, Command.Read _, Command.Search _, Command.Browse _ ->
				ofUnsettled(command);
		};
	}

	private static Problem ofUnsettled(Command command) {
		return Problem.of(ProblemType.OUTCOME_UNKNOWN,
				"It cannot be told whether Sentry did, or still will, " + change(command) + ".");
	}

	private static String change(Command command) {
		return switch (command) {
			case Command.Create _ -> "create the member";
			case Command.Ensure _ -> "create or change the member";
			case Command.ChangeRole _ -> "change the member's role";
			case Command.Remove _ -> "remove the member";
			case Command.Read _, Command.Search _, Command.Browse _ -> "answer";
		};
	}

	private static Problem withMember(Problem problem, @Nullable Member member) {
		return (member != null)
				? problem.withMembers(List.of(new MemberInTheWay(member.id().value(), member.sentryOrgRole())))
				: problem;
	}

	private static Problem withUpstream(Problem problem, Failure failure) {
		Integer status = failure.status();
		String errorId = (failure instanceof Failure.SentryFault error) ? error.errorId() : null;
		return (status != null) ? problem.withUpstream(new Upstream(status, errorId)) : problem;
	}

}
