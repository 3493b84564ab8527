package dev.memberproxy.clients;

import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.memberproxy.problem.ProblemException;
import jakarta.servlet.http.HttpServletRequest;

import org.springframework.http.HttpHeaders;

/**
 * The credential of a request: {@code Authorization: Bearer} (RFC 6750 section 2.1),
 * {@code X-API-Key}, or both with the same value, as some generated clients send it.
 *
 * @param scheme how it was sent
 * @param value the credential, not verified; empty for other schemes
 */
record SentCredential(Scheme scheme, String value) {

	private static final String KEY_HEADER = "X-API-Key";

	private static final Pattern BEARER = Pattern.compile("(?is)Bearer(?: +(.*))?");

	/**
	 * Reads the headers of a request. An {@code Authorization} of another scheme beside a
	 * key is ignored: it is for a gateway before this service.
	 * @throws ProblemException if there are different credentials, or a header twice
	 */
	static Optional<SentCredential> of(HttpServletRequest request) {
		Optional<String> authorization = find(HttpHeaders.AUTHORIZATION, request);
		Optional<SentCredential> key = find(KEY_HEADER, request)
			.map((value) -> new SentCredential(Scheme.API_KEY, value));
		if (authorization.isEmpty()) {
			return key;
		}
		Matcher bearer = BEARER.matcher(authorization.get());
		if (!bearer.matches()) {
			return key.or(() -> Optional.of(new SentCredential(Scheme.OTHER, "")));
		}
		String token = Objects.requireNonNullElse(bearer.group(1), "");
		if (key.isPresent() && !key.get().value().equals(token)) {
			throw AuthenticationProblems.ambiguous(HttpHeaders.AUTHORIZATION,
					"differs from X-API-Key: send one of them, or the same value in both");
		}
		return Optional.of(new SentCredential(Scheme.BEARER, token));
	}

	private static Optional<String> find(String header, HttpServletRequest request) {
		List<String> values = Collections.list(request.getHeaders(header));
		if (values.size() > 1) {
			throw AuthenticationProblems.ambiguous(header, "must be given once");
		}
		return values.stream().findFirst();
	}

	@Override
	public String toString() {
		return this.scheme.toString();
	}

	enum Scheme {

		API_KEY, BEARER, OTHER

	}

}
