package dev.memberproxy.fakesentry;

import java.util.Optional;

import org.jspecify.annotations.Nullable;

/** The one token that the fake Sentry accepts. */
final class FakeCredentials {

	private static final String SCHEME = "Bearer";

	private final String token;

	FakeCredentials(String token) {
		this.token = token;
	}

	/**
	 * Checks the credentials of a request.
	 * @param authorization the value of the header, if any
	 * @return the refusal, or empty if the credentials are right
	 */
	Optional<FakeReply> check(@Nullable String authorization) {
		String[] words = (authorization != null) ? authorization.strip().split(" +") : new String[0];
		if (words.length == 0 || !words[0].equalsIgnoreCase(SCHEME)) {
			return refusal("Authentication credentials were not provided.");
		}
		if (words.length == 1) {
			return refusal("Invalid token header. No credentials provided.");
		}
		if (words.length > 2) {
			return refusal("Invalid token header. Token string should not contain spaces.");
		}
		return words[1].equals(this.token) ? Optional.empty() : refusal("Invalid token");
	}

	private static Optional<FakeReply> refusal(String detail) {
		return Optional.of(FakeReply.error(401, detail).withHeader("WWW-Authenticate", "Bearer realm=\"api\""));
	}

}
