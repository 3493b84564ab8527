package dev.memberproxy.clients;

import dev.memberproxy.problem.Problem;
import dev.memberproxy.problem.ProblemException;
import dev.memberproxy.problem.ProblemType;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;

/** The problems of those who are not known, with the challenge of RFC 6750 section 3. */
final class Unauthenticated {

	private static final String CHALLENGE = "Bearer realm=\"members\"";

	private Unauthenticated() {
	}

	static ProblemException missing() {
		return problem("The request carries no credentials.", CHALLENGE, null);
	}

	/**
	 * The credentials are not accepted.
	 * @param diagnosis why, for the log; null if there is nothing to add
	 */
	static ProblemException wrong(@Nullable String diagnosis) {
		return problem("The credentials are not known here.", CHALLENGE + ", error=\"invalid_token\"", diagnosis);
	}

	/** Where the scheme is not known, no error is named (section 3.1). */
	static ProblemException otherScheme() {
		return problem("The header Authorization must be Bearer and the key.", CHALLENGE, null);
	}

	private static ProblemException problem(String detail, String challenge, @Nullable String diagnosis) {
		HttpHeaders headers = new HttpHeaders();
		headers.set(HttpHeaders.WWW_AUTHENTICATE, challenge);
		return new ProblemException(Problem.of(ProblemType.UNAUTHENTICATED, detail).withHeaders(headers), diagnosis);
	}

}
