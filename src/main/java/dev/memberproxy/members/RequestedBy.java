package dev.memberproxy.members;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

import dev.memberproxy.problem.InputCode;
import dev.memberproxy.problem.InputError;
import dev.memberproxy.problem.Problem;
import dev.memberproxy.problem.ProblemException;
import dev.memberproxy.problem.ProblemType;
import jakarta.servlet.http.HttpServletRequest;

/** The person behind a call, as the app claims in a header. The claim is not verified. */
final class RequestedBy {

	private static final String HEADER = "Members-Requested-By";

	/** A caller key sent in the wrong header must not get into the audit log. */
	private static final Pattern CLAIM = Pattern.compile("(?!smp_)[\\x21-\\x7E]{1,128}");

	private RequestedBy() {
	}

	/**
	 * The claim of a request.
	 * @param request the request
	 * @return the claim, or empty if the request has none
	 * @throws ProblemException if the header is repeated or malformed
	 */
	static Optional<String> of(HttpServletRequest request) {
		List<String> values = Collections.list(request.getHeaders(HEADER));
		if (values.isEmpty()) {
			return Optional.empty();
		}
		if (values.size() > 1 || !CLAIM.matcher(values.getFirst()).matches()) {
			throw new ProblemException(
					Problem.of(ProblemType.INVALID_REQUEST, "The header " + HEADER + " is not acceptable.")
						.withErrors(List.of(InputError.inHeader(HEADER, InputCode.MALFORMED_HEADER,
								"must be given once, with 1 to 128 visible ASCII characters, and be no caller key"))));
		}
		return Optional.of(values.getFirst());
	}

}
