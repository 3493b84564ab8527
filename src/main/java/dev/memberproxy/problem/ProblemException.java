package dev.memberproxy.problem;

import org.jspecify.annotations.Nullable;

/**
 * Ends a request with a problem. Has no stack trace: it carries an expected response.
 */
public final class ProblemException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final transient Problem problem;

	public ProblemException(Problem problem) {
		this(problem, null);
	}

	/**
	 * @param problem the problem to respond with
	 * @param diagnosis what only the log shows; no secret, no address
	 */
	public ProblemException(Problem problem, @Nullable String diagnosis) {
		super(diagnosis, null, false, false);
		this.problem = problem;
	}

	public Problem getProblem() {
		return this.problem;
	}

}
