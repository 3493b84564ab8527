package dev.memberproxy.members;

import java.time.Duration;

import dev.memberproxy.delivery.Delivered;
import dev.memberproxy.problem.Outcome;
import dev.memberproxy.problem.Problem;
import dev.memberproxy.problem.Problem.Upstream;
import dev.memberproxy.problem.ProblemType;
import dev.memberproxy.sentry.Answer;

import org.springframework.http.HttpStatus;

/** The problem that stands for each way in which a member was not created for certain. */
final class CreationProblems {

	/** Somebody has to decide about the request to join first. */
	private static final Duration DECISION = Duration.ofSeconds(60);

	private CreationProblems() {
	}

	static Problem of(Delivered.Unconfirmed unconfirmed) {
		return switch (unconfirmed) {
			case Delivered.Refused(Answer.Refusal refusal) -> withUpstream(of(refusal), refusal);
			case Delivered.NotProcessed(Answer.NotProcessed failure) -> withUpstream(of(failure), failure);
			case Delivered.Unknown unknown -> withUpstream(of(unknown), unknown.cause());
			case Delivered.Busy busy ->
				Problem.of(ProblemType.BUSY, "The request would have had to wait too long for its turn.")
					.withRetryAfter(busy.retryAfter());
			case Delivered.CircuitOpen open ->
				Problem.of(ProblemType.SENTRY_UNAVAILABLE, "Sentry failed too often of late and is not called for now.")
					.withRetryAfter(open.retryAfter());
		};
	}

	private static Problem of(Answer.Refusal refusal) {
		return switch (refusal) {
			case Answer.AlreadyMember _ ->
				Problem.of(ProblemType.MEMBER_EXISTS, "The organization already has a member with this address.");
			case Answer.AlreadyInvited _ -> Problem.of(ProblemType.MEMBER_ALREADY_INVITED,
					"The person already has a seat, but has not signed in yet.");
			case Answer.RoleRefused _ ->
				Problem.of(ProblemType.ROLE_NOT_AVAILABLE, "Sentry refuses this role for the organization.");
			case Answer.DataRefused _ ->
				Problem.of(ProblemType.REJECTED_BY_SENTRY, "Sentry refuses the data of this member.");
			case Answer.CredentialsRefused _ -> Problem.of(ProblemType.SENTRY_CREDENTIALS_REFUSED,
					"Sentry does not accept the credentials of this service.");
			case Answer.WrongEndpoint _ -> Problem.of(ProblemType.SENTRY_MISCONFIGURED,
					"This service does not reach Sentry's SCIM API for the organization.");
		};
	}

	private static Problem of(Answer.NotProcessed failure) {
		return switch (failure) {
			case Answer.RateLimited limited ->
				Problem.of(ProblemType.RATE_LIMITED_BY_SENTRY, "Sentry accepts no more requests at the moment.")
					.withRetryAfter(limited.retryAfter());
			case Answer.NotForwarded _ -> Problem.of(ProblemType.SENTRY_UNAVAILABLE,
					"Sentry is temporarily unavailable and did not process the request.");
			case Answer.NotSent _ ->
				Problem.of(ProblemType.SENTRY_UNAVAILABLE, "No connection to Sentry could be made.");
		};
	}

	private static Problem of(Delivered.Unknown unknown) {
		if (unknown.cause() instanceof Answer.WebPage) {
			return Problem
				.of(ProblemType.SENTRY_MISCONFIGURED, "Something other than Sentry's SCIM API took the request.")
				.withOutcome(Outcome.UNKNOWN);
		}
		return switch (unknown.doubt()) {
			case LATE -> Problem
				.of(ProblemType.OUTCOME_UNKNOWN, "Sentry did not answer in time, and may still create the member.")
				.withStatus(HttpStatus.GATEWAY_TIMEOUT);
			case OPEN_JOIN_REQUEST -> Problem
				.of(ProblemType.OUTCOME_UNKNOWN,
						"Sentry failed twice, as it does when the person has asked to join the"
								+ " organization with another role and nobody has decided about it yet.")
				.withRetryAfter(DECISION);
			case UNSETTLED ->
				Problem.of(ProblemType.OUTCOME_UNKNOWN, "It cannot be told whether Sentry created the member.");
		};
	}

	private static Problem withUpstream(Problem problem, Answer.Failure failure) {
		Integer status = failure.status();
		String errorId = (failure instanceof Answer.SentryFault error) ? error.errorId() : null;
		return (status != null) ? problem.withUpstream(new Upstream(status, errorId)) : problem;
	}

}
