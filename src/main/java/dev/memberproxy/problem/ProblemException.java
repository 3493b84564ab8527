package dev.memberproxy.problem;

import org.jspecify.annotations.Nullable;

/**
 * Ends a request with a problem. Has no stack trace: it is an answer, not a fault.
 */
public final class ProblemException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final transient Problem problem;

	/**
	 * @param problem the answer
	 */
	public ProblemException(Problem problem) {
		this(problem, null);
	}

	/**
	 * @param problem the answer
	 * @param diagnosis what the log should learn beyond the answer; no secret, no address
	 */
	public ProblemException(Problem problem, @Nullable String diagnosis) {
		super(diagnosis, null, false, false);
		this.problem = problem;
	}

	public Problem getProblem() {
		return this.problem;
	}

}
