package dev.memberproxy.members;

import java.util.List;

import dev.memberproxy.clients.Client;
import dev.memberproxy.clients.Rule;
import dev.memberproxy.problem.InputCode;
import dev.memberproxy.problem.InputError;
import dev.memberproxy.problem.Problem;
import dev.memberproxy.problem.ProblemException;
import dev.memberproxy.problem.ProblemType;
import dev.memberproxy.sentry.NewMember;

/** Stops requests that a client's policy or quota does not allow. */
final class Permits {

	private Permits() {
	}

	/**
	 * Lets a creation pass, or not.
	 * @param client who asks
	 * @param member whom it asks to create
	 * @throws ProblemException if the client may not, or has asked too often
	 */
	static void check(Client client, NewMember member) {
		List<Rule> rules = client.findAgainstCreation(member.role(), member.address());
		if (!rules.isEmpty()) {
			throw new ProblemException(
					Problem.of(ProblemType.NOT_PERMITTED, "The policy of your app does not allow this.")
						.withErrors(rules.stream().map(Permits::error).toList()));
		}
		client.exceedsQuota().ifPresent((wait) -> {
			throw new ProblemException(
					Problem.of(ProblemType.TOO_MANY_REQUESTS, "Your app has used up its requests for this minute.")
						.withRetryAfter(wait));
		});
	}

	private static InputError error(Rule rule) {
		return switch (rule) {
			case OPERATION -> InputError.inRequest(InputCode.OPERATION, "is not among what your app may do");
			case ROLE -> InputError.inBody("/sentryOrgRole", InputCode.ROLE, "is not a role that your app may give");
			case EMAIL_DOMAIN ->
				InputError.inBody("/userName", InputCode.EMAIL_DOMAIN, "is not of a domain that your app may touch");
		};
	}

}
