package dev.memberproxy.clients;

import java.io.IOException;

import dev.memberproxy.problem.ProblemException;
import dev.memberproxy.problem.ProblemResponder;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

/**
 * Treats every caller as the same client, whatever credentials it sends. Rejects only
 * ambiguous credentials, so that an app that works here also works with keys.
 */
final class AnonymousAccessFilter implements Filter {

	private final Client client;

	private final ProblemResponder responder;

	AnonymousAccessFilter(Client client, ProblemResponder responder) {
		this.client = client;
		this.responder = responder;
	}

	@Override
	public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		doFilter((HttpServletRequest) request, (HttpServletResponse) response, chain);
	}

	private void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		ClientFilter.setClient(this.client, request);
		if (ClientFilter.needsAuthentication(request)) {
			try {
				SentCredential.of(request);
			}
			catch (ProblemException ex) {
				this.responder.respond(request, response, ex.getProblem(), ex);
				return;
			}
		}
		chain.doFilter(request, response);
	}

}
