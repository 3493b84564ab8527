package dev.memberproxy.clients;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

import dev.memberproxy.audit.AuditRecord;
import dev.memberproxy.problem.ProblemException;
import dev.memberproxy.problem.ProblemResponder;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.core.context.SecurityContextImpl;
import org.springframework.security.web.authentication.preauth.PreAuthenticatedAuthenticationToken;
import org.springframework.security.web.util.OnCommittedResponseWrapper;

/**
 * Authenticates the client of a request. Rejects wrong credentials; a request without
 * credentials passes, and is rejected where a client is required.
 */
final class ClientFilter implements Filter {

	private final ClientAuthenticator authenticator;

	private final ProblemResponder responder;

	ClientFilter(ClientAuthenticator authenticator, ProblemResponder responder) {
		this.authenticator = authenticator;
		this.responder = responder;
	}

	@Override
	public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		doFilter((HttpServletRequest) request, (HttpServletResponse) response, chain);
	}

	private void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		if (!needsAuthentication(request)) {
			chain.doFilter(request, response);
			return;
		}
		Optional<Client> client;
		try {
			client = SentCredential.of(request).map(this.authenticator::authenticate);
		}
		catch (ProblemException ex) {
			this.responder.respond(request, response, ex.getProblem(), ex);
			return;
		}
		client.ifPresent((known) -> setClient(known, request));
		Optional<Quota> quota = client.flatMap(Client::quota);
		if (quota.isEmpty()) {
			chain.doFilter(request, response);
			return;
		}
		QuotaHeaders headers = new QuotaHeaders(quota.get(), response);
		chain.doFilter(request, headers);
		headers.writeIfNotCommitted();
	}

	/**
	 * Only audited requests: nobody may try out keys without a trace in the audit log,
	 * and requests to the management port may carry credentials for a gateway before it.
	 * Error dispatches have been here before.
	 */
	static boolean needsAuthentication(HttpServletRequest request) {
		return request.getDispatcherType() == DispatcherType.REQUEST && AuditRecord.find(request).isPresent();
	}

	/** The authentication is that of the current thread, and holds no credentials. */
	static void setClient(Client client, HttpServletRequest request) {
		AuditRecord.find(request).ifPresent((audit) -> audit.client(client.name()));
		SecurityContextHolder
			.setContext(new SecurityContextImpl(new PreAuthenticatedAuthenticationToken(client, "", List.of())));
	}

	/**
	 * Adds {@code RateLimit-Policy} and {@code RateLimit} to every response
	 * (draft-ietf-httpapi-ratelimit-headers-10), as late as possible, so that the request
	 * itself is counted.
	 */
	private static final class QuotaHeaders extends OnCommittedResponseWrapper {

		private static final String POLICY = "\"default\"";

		private final Quota quota;

		QuotaHeaders(Quota quota, HttpServletResponse response) {
			super(response);
			this.quota = quota;
		}

		/** A response without a body is not committed yet. */
		void writeIfNotCommitted() {
			if (!isCommitted()) {
				onResponseCommitted();
			}
		}

		@Override
		protected void onResponseCommitted() {
			Quota.Status status = this.quota.status();
			setHeader("RateLimit-Policy", POLICY + ";q=" + status.limit() + ";w=60");
			String untilNext = status.untilNext()
				.map((wait) -> ";t=" + wait.plus(Duration.ofSeconds(1).minusNanos(1)).toSeconds())
				.orElse("");
			setHeader("RateLimit", POLICY + ";r=" + status.remaining() + untilNext);
		}

	}

}
