package dev.memberproxy.clients;

import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.memberproxy.audit.Trail;
import dev.memberproxy.problem.InputCode;
import dev.memberproxy.problem.InputError;
import dev.memberproxy.problem.Problem;
import dev.memberproxy.problem.ProblemException;
import dev.memberproxy.problem.ProblemResponder;
import dev.memberproxy.problem.ProblemType;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.http.HttpHeaders;

/**
 * Finds out which client calls, by what is in {@code Authorization: Bearer} (RFC 6750
 * section 2.1) or in {@code X-API-Key}. A request with neither passes on, and is stopped
 * where a client is needed; one with wrong credentials ends here.
 */
final class ClientFilter implements Filter {

	private static final String KEY_HEADER = "X-API-Key";

	private static final Pattern BEARER = Pattern.compile("(?is)Bearer(?: +(.*))?");

	private final Credentials credentials;

	private final ProblemResponder responder;

	ClientFilter(Credentials credentials, ProblemResponder responder) {
		this.credentials = credentials;
		this.responder = responder;
	}

	@Override
	public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		doFilter((HttpServletRequest) request, (HttpServletResponse) response, chain);
	}

	private void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		if (!isByClient(request)) {
			chain.doFilter(request, response);
			return;
		}
		try {
			authenticate(request).ifPresent((client) -> ClientAuthentication.enter(client, request));
		}
		catch (ProblemException ex) {
			this.responder.respond(request, response, ex.getProblem(), ex);
			return;
		}
		chain.doFilter(request, response);
	}

	/**
	 * Pages are for anybody: a key is not to be tried out where nothing is written down.
	 * The management port has no clients, and what stands before it may use credentials
	 * of its own. On its way to the error page a request has been here before.
	 */
	private static boolean isByClient(HttpServletRequest request) {
		return request.getDispatcherType() == DispatcherType.REQUEST && Trail.find(request).isPresent();
	}

	private Optional<Client> authenticate(HttpServletRequest request) {
		List<String> authorizations = Collections.list(request.getHeaders(HttpHeaders.AUTHORIZATION));
		List<String> keys = Collections.list(request.getHeaders(KEY_HEADER));
		if (authorizations.size() + keys.size() > 1) {
			throw tooMany(authorizations.isEmpty() ? KEY_HEADER : HttpHeaders.AUTHORIZATION);
		}
		if (!keys.isEmpty()) {
			return Optional
				.of(this.credentials.findByKey(keys.getFirst()).orElseThrow(() -> Unauthenticated.wrong(null)));
		}
		if (authorizations.isEmpty()) {
			return Optional.empty();
		}
		Matcher bearer = BEARER.matcher(authorizations.getFirst());
		if (!bearer.matches()) {
			this.credentials.countUnknown();
			throw Unauthenticated.otherScheme();
		}
		// Whatever is no token is nobody's.
		String token = Objects.requireNonNullElse(bearer.group(1), "");
		return Optional.of(switch (this.credentials.findByBearer(token)) {
			case Verdict.Accepted(Client client) -> client;
			case Verdict.Refused(String diagnosis) -> throw Unauthenticated.wrong(diagnosis);
			case Verdict.Unverifiable(boolean misconfigured, String diagnosis) ->
				throw unverifiable(misconfigured, diagnosis);
		});
	}

	private static ProblemException unverifiable(boolean misconfigured, String diagnosis) {
		Problem problem = misconfigured
				? Problem.of(ProblemType.IDENTITY_PROVIDER_MISCONFIGURED,
						"The token cannot be verified, because the identity provider has no keys for it.")
				: Problem.of(ProblemType.IDENTITY_PROVIDER_UNAVAILABLE, "The token cannot be verified at present.")
					.withRetryAfter(IdentityProvider.MIN_INTERVAL);
		return new ProblemException(problem, diagnosis);
	}

	private static ProblemException tooMany(String header) {
		return new ProblemException(
				Problem.of(ProblemType.INVALID_REQUEST, "The request carries credentials more than once.")
					.withErrors(List.of(InputError.inHeader(header, InputCode.MALFORMED_HEADER,
							"must be given once, and only one of Authorization and X-API-Key"))));
	}

}
