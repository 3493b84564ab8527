package dev.memberproxy.clients;

import java.io.IOException;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.web.filter.OncePerRequestFilter;

/** Takes everybody for the same client, whatever credentials they send. */
final class OpenFilter extends OncePerRequestFilter {

	private final Client anybody;

	OpenFilter(Client anybody) {
		this.anybody = anybody;
	}

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		ClientAuthentication.enter(this.anybody, request);
		chain.doFilter(request, response);
	}

}
