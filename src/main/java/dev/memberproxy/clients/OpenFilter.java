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
 * Takes everybody for the same client, whatever credentials they send. Only what could
 * not be right anywhere is refused, so that an app which works here works with keys, too.
 */
final class OpenFilter implements Filter {

	private final Client anybody;

	private final ProblemResponder responder;

	OpenFilter(Client anybody, ProblemResponder responder) {
		this.anybody = anybody;
		this.responder = responder;
	}

	@Override
	public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		doFilter((HttpServletRequest) request, (HttpServletResponse) response, chain);
	}

	private void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		ClientAuthentication.enter(this.anybody, request);
		if (ClientFilter.isByClient(request)) {
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
