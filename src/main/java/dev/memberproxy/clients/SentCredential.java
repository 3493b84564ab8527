package dev.memberproxy.clients;

import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.memberproxy.problem.InputCode;
import dev.memberproxy.problem.InputError;
import dev.memberproxy.problem.Problem;
import dev.memberproxy.problem.ProblemException;
import dev.memberproxy.problem.ProblemType;
import jakarta.servlet.http.HttpServletRequest;

import org.springframework.http.HttpHeaders;

/**
 * What a request says about who sends it: {@code Authorization: Bearer} (RFC 6750 section
 * 2.1), {@code X-API-Key}, or both with the same value, as some generated clients send
 * it.
 */
sealed interface SentCredential {

	/** The header for a key. */
	String KEY_HEADER = "X-API-Key";

	/** A bearer credential. Whatever is no token is nobody's. */
	Pattern BEARER = Pattern.compile("(?is)Bearer(?: +(.*))?");

	/**
	 * Reads the headers of a request. An {@code Authorization} of another scheme beside a
	 * key is for a gateway before this service, and takes no part.
	 * @param request the request
	 * @return what it carries, or empty if it carries nothing
	 * @throws ProblemException if it carries different credentials, or a header twice
	 */
	static Optional<SentCredential> of(HttpServletRequest request) {
		Optional<String> authorization = find(HttpHeaders.AUTHORIZATION, request);
		Optional<String> key = find(KEY_HEADER, request);
		if (authorization.isEmpty()) {
			return key.map(Key::new);
		}
		Matcher bearer = BEARER.matcher(authorization.get());
		if (!bearer.matches()) {
			return Optional.of(key.<SentCredential>map(Key::new).orElseGet(OtherScheme::new));
		}
		String token = Objects.requireNonNullElse(bearer.group(1), "");
		if (key.isPresent() && !key.get().equals(token)) {
			throw tooMany(HttpHeaders.AUTHORIZATION,
					"differs from X-API-Key: send one of them, or the same value in both");
		}
		return Optional.of(new Bearer(token));
	}

	private static Optional<String> find(String header, HttpServletRequest request) {
		List<String> values = Collections.list(request.getHeaders(header));
		if (values.size() > 1) {
			throw tooMany(header, "must be given once");
		}
		return values.stream().findFirst();
	}

	private static ProblemException tooMany(String header, String detail) {
		return new ProblemException(
				Problem.of(ProblemType.INVALID_REQUEST, "The request carries more than one credential.")
					.withErrors(List.of(InputError.inHeader(header, InputCode.MALFORMED_HEADER, detail))));
	}

	/**
	 * A key in a header of its own.
	 *
	 * @param value the key, which may be nobody's
	 */
	record Key(String value) implements SentCredential {

		@Override
		public String toString() {
			return "Key[]";
		}

	}

	/**
	 * A key or a token of the identity provider.
	 *
	 * @param value what follows the scheme, possibly nothing
	 */
	record Bearer(String value) implements SentCredential {

		@Override
		public String toString() {
			return "Bearer[]";
		}

	}

	/** Credentials of a scheme that this service does not know. */
	record OtherScheme() implements SentCredential {
	}

}
