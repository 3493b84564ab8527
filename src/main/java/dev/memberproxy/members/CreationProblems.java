package dev.memberproxy.members;

import dev.memberproxy.problem.Outcome;
import dev.memberproxy.problem.Problem;
import dev.memberproxy.problem.Problem.Upstream;
import dev.memberproxy.problem.ProblemType;
import dev.memberproxy.sentry.Answer;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;

/** The problem that stands for each way in which Sentry did not create a member. */
final class CreationProblems {

	private CreationProblems() {
	}

	static Problem of(Answer.Failure failure) {
		Problem problem = problem(failure);
		return (failure.status() != null) ? problem.withUpstream(new Upstream(failure.status(), errorId(failure)))
				: problem;
	}

	private static Problem problem(Answer.Failure failure) {
		return switch (failure) {
			case Answer.AlreadyMember _ ->
				Problem.of(ProblemType.MEMBER_EXISTS, "The organization already has a member with this address.");
			case Answer.AlreadyInvited _ -> Problem.of(ProblemType.MEMBER_ALREADY_INVITED,
					"The person already has a seat, but has not signed in yet.");
			case Answer.RoleRefused _ ->
				Problem.of(ProblemType.ROLE_NOT_AVAILABLE, "Sentry refuses this role for the organization.");
			case Answer.DataRefused _ ->
				Problem.of(ProblemType.REJECTED_BY_SENTRY, "Sentry refuses the data of this member.");
			case Answer.RateLimited limited ->
				Problem.of(ProblemType.RATE_LIMITED_BY_SENTRY, "Sentry accepts no more requests at the moment.")
					.withRetryAfter(limited.retryAfter());
			case Answer.CredentialsRefused _ -> Problem.of(ProblemType.SENTRY_CREDENTIALS_REFUSED,
					"Sentry does not accept the credentials of this service.");
			case Answer.WrongEndpoint _ -> Problem.of(ProblemType.SENTRY_MISCONFIGURED,
					"This service does not reach Sentry's SCIM API for the organization.");
			case Answer.NotSentry _ ->
				Problem.of(ProblemType.SENTRY_MISCONFIGURED, "Something other than Sentry's SCIM API took the request.")
					.withOutcome(Outcome.UNKNOWN);
			case Answer.NotForwarded _ -> Problem.of(ProblemType.SENTRY_UNAVAILABLE,
					"Sentry is temporarily unavailable and did not process the request.");
			case Answer.NotSent _ ->
				Problem.of(ProblemType.SENTRY_UNAVAILABLE, "No connection to Sentry could be made.");
			case Answer.Ambiguous _ -> Problem.of(ProblemType.OUTCOME_UNKNOWN,
					"Sentry's answer does not tell whether the member was created.");
			case Answer.TimedOut _ -> Problem
				.of(ProblemType.OUTCOME_UNKNOWN, "Sentry did not answer in time, and may still create the member.")
				.withStatus(HttpStatus.GATEWAY_TIMEOUT);
		};
	}

	private static @Nullable String errorId(Answer.Failure failure) {
		return (failure instanceof Answer.Ambiguous ambiguous) ? ambiguous.errorId() : null;
	}

}
