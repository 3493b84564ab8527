package dev.memberproxy.idempotency;

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

/**
 * The key by which a caller names one intended change, however often it sends the request
 * for it. Taken as it is, quotation marks included.
 *
 * @param client the name of the client, for whom alone the key means anything
 * @param value 1 to 255 visible ASCII characters
 */
public record IdempotencyKey(String client, String value) {

	/** The request header that carries the key. */
	public static final String HEADER = "Idempotency-Key";

	private static final Pattern VISIBLE = Pattern.compile("[\\x21-\\x7E]{1,255}");

	/**
	 * The key of a request.
	 * @param request the request
	 * @param client the name of the client that sent it
	 * @return the key, or empty if the request has none
	 * @throws ProblemException if there are several, or if it has another form
	 */
	public static Optional<IdempotencyKey> of(HttpServletRequest request, String client) {
		List<String> values = Collections.list(request.getHeaders(HEADER));
		if (values.isEmpty()) {
			return Optional.empty();
		}
		if (values.size() > 1 || !VISIBLE.matcher(values.getFirst()).matches()) {
			throw new ProblemException(Problem.of(ProblemType.INVALID_REQUEST, "The idempotency key is not acceptable.")
				.withErrors(List.of(InputError.inHeader(HEADER, InputCode.MALFORMED_HEADER,
						"must be given once, with 1 to 255 visible ASCII characters"))));
		}
		return Optional.of(new IdempotencyKey(client, values.getFirst()));
	}

	/**
	 * What audit lines tell of the key.
	 * @return a digest that is the same for the same key of the same client
	 */
	public String digest() {
		return Fingerprint.of(this.client, this.value).value();
	}

	/** Masked: whoever knows a key can have its answer. */
	@Override
	public String toString() {
		return "IdempotencyKey[***]";
	}

}
