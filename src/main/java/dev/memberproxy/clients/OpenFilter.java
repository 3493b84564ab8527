package dev.memberproxy.clients;

import java.io.IOException;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;

/** Takes everybody for the same client, whatever credentials they send. */
final class OpenFilter implements Filter {

	private final Client anybody;

	OpenFilter(Client anybody) {
		this.anybody = anybody;
	}

	@Override
	public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		ClientAuthentication.enter(this.anybody, (HttpServletRequest) request);
		chain.doFilter(request, response);
	}

}
