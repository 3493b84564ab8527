package dev.memberproxy.clients;

import java.io.IOException;
import java.util.Optional;

import dev.memberproxy.audit.AuditRecord;
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

/**
 * Finds out which client calls. A request without credentials passes on, and is stopped
 * where a client is needed; one with wrong credentials ends here.
 */
final class ClientFilter implements Filter {

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
		Optional<Client> client;
		try {
			client = SentCredential.of(request).map(this::authenticate);
		}
		catch (ProblemException ex) {
			this.responder.respond(request, response, ex.getProblem(), ex);
			return;
		}
		client.ifPresent((known) -> ClientAuthentication.enter(known, request));
		Optional<Quota> quota = client.flatMap(Client::quota);
		if (quota.isEmpty()) {
			chain.doFilter(request, response);
			return;
		}
		QuotaHeaders limited = new QuotaHeaders(quota.get(), response);
		chain.doFilter(request, limited);
		limited.writeIfNotCommitted();
	}

	/**
	 * Pages are for anybody: a key is not to be tried out where nothing is written down.
	 * The management port has no clients, and what stands before it may use credentials
	 * of its own. On its way to the error page a request has been here before.
	 */
	static boolean isByClient(HttpServletRequest request) {
		return request.getDispatcherType() == DispatcherType.REQUEST && AuditRecord.find(request).isPresent();
	}

	private Client authenticate(SentCredential sent) {
		return switch (sent) {
			case SentCredential.Key(String key) ->
				this.credentials.findByKey(key).orElseThrow(() -> Unauthenticated.wrong(null));
			case SentCredential.Bearer(String token) -> switch (this.credentials.findByBearer(token)) {
				case Verdict.Accepted(Client client) -> client;
				case Verdict.Refused(String diagnosis) -> throw Unauthenticated.wrong(diagnosis);
				case Verdict.Unverifiable(boolean misconfigured, String diagnosis) ->
					throw unverifiable(misconfigured, diagnosis);
			};
			case SentCredential.OtherScheme _ -> {
				this.credentials.countUnknown();
				throw Unauthenticated.otherScheme();
			}
		};
	}

	private static ProblemException unverifiable(boolean misconfigured, String diagnosis) {
		Problem problem = misconfigured
				? Problem.of(ProblemType.IDENTITY_PROVIDER_MISCONFIGURED,
						"The token cannot be verified, because the identity provider has no keys for it.")
				: Problem.of(ProblemType.IDENTITY_PROVIDER_UNAVAILABLE, "The token cannot be verified at present.")
					.withRetryAfter(IdentityProvider.MIN_INTERVAL);
		return new ProblemException(problem, diagnosis);
	}

}
