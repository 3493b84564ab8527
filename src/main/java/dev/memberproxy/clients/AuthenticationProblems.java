package dev.memberproxy.clients;

import java.util.List;

import dev.memberproxy.problem.InputCode;
import dev.memberproxy.problem.InputError;
import dev.memberproxy.problem.Problem;
import dev.memberproxy.problem.ProblemException;
import dev.memberproxy.problem.ProblemType;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;

/**
 * The problems of requests whose client is not known. The diagnosis is for the log and
 * has no part of a credential.
 */
final class AuthenticationProblems {

	/** RFC 6750 section 3. */
	private static final String CHALLENGE = "Bearer realm=\"members\"";

	private AuthenticationProblems() {
	}

	static ProblemException missing() {
		return unauthenticated("The request carries no credentials.", CHALLENGE, null);
	}

	static ProblemException invalid(@Nullable String diagnosis) {
		return unauthenticated("The credentials are not known here.", CHALLENGE + ", error=\"invalid_token\"",
				diagnosis);
	}

	static ProblemException invalid(TokenFault fault) {
		return invalid("The token was refused (" + fault.id + "). " + fault.description);
	}

	/** Without an error code, as RFC 6750 section 3.1 asks for. */
	static ProblemException otherScheme() {
		return unauthenticated("The header Authorization must be Bearer and the key.", CHALLENGE, null);
	}

	static ProblemException ambiguous(String header, String detail) {
		return new ProblemException(
				Problem.of(ProblemType.INVALID_REQUEST, "The request carries more than one credential.")
					.withErrors(List.of(InputError.inHeader(header, InputCode.MALFORMED_HEADER, detail))));
	}

	/** The token may be valid, but there is no key to verify it with. */
	static ProblemException unverifiable(boolean misconfigured, String diagnosis) {
		return new ProblemException(misconfigured
				? Problem.of(ProblemType.IDENTITY_PROVIDER_MISCONFIGURED,
						"The token cannot be verified, because the identity provider has no keys for it.")
				: Problem.of(ProblemType.IDENTITY_PROVIDER_UNAVAILABLE, "The token cannot be verified at present.")
					.withRetryAfter(IdentityProvider.MIN_INTERVAL),
				diagnosis);
	}

	private static ProblemException unauthenticated(String detail, String challenge, @Nullable String diagnosis) {
		HttpHeaders headers = new HttpHeaders();
		headers.set(HttpHeaders.WWW_AUTHENTICATE, challenge);
		return new ProblemException(Problem.of(ProblemType.UNAUTHENTICATED, detail).withHeaders(headers), diagnosis);
	}

	/** Why a token is rejected, in the order of the checks. */
	enum TokenFault {

		FORM("malformed", "It is not a JSON Web Token that can be read."),

		ALGORITHM("algorithm",
				"It is not signed with RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384 or ES512."),

		TYPE("type", "Its header typ is none of JWT, at+jwt, application/at+jwt and application/jwt."),

		ISSUER("issuer", "Its claim iss is not members.jwt.issuer."),

		AUDIENCE("audience", "Its claim aud has none of members.jwt.audience."),

		EXPIRY("expiry", "Its claim exp is missing or in the past."),

		NOT_BEFORE("not yet valid", "Its claim nbf is in the future."),

		CERTIFICATE("certificate", "It is bound to a client certificate that was not presented."),

		CLIENT_CLAIM("unknown client", "The claim named by members.jwt.client-claim is missing or not a text."),

		CLIENT("unknown client",
				"The claim named by members.jwt.client-claim names no configured client: see"
						+ " members.clients.<name>.jwt-client-ids."),

		KEY("signature", "No key of the identity provider has its key id and algorithm."),

		SIGNATURE("signature", "Its signature does not match the key of the identity provider.");

		private final String id;

		private final String description;

		TokenFault(String id, String description) {
			this.id = id;
			this.description = description;
		}

	}

}
