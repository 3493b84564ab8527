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
 * Identifies one intended change of a caller across retries. Quotation marks are part of
 * the key.
 *
 * @param client the name of the client: each client has keys of its own
 * @param value 1 to 255 visible ASCII characters
 */
public record IdempotencyKey(String client, String value) {

	/** The request header with the key. */
	public static final String HEADER = "Idempotency-Key";

	private static final Pattern VISIBLE = Pattern.compile("[\\x21-\\x7E]{1,255}");

	/**
	 * The key of a request.
	 * @param request the request
	 * @return the key, or empty if the request has none
	 * @throws ProblemException if the header is repeated or malformed
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
	 * A digest of client and key, for the audit log.
	 * @return hexadecimal digits
	 */
	public String digest() {
		return Fingerprint.of(this.client, this.value).value();
	}

	/** Masked: the key gives access to the stored response. */
	@Override
	public String toString() {
		return "IdempotencyKey[***]";
	}

}
