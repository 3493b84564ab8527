package dev.memberproxy.server;

import java.io.IOException;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;

/**
 * Serves requests without a body that a proxy has made chunked. By its headers such a
 * request has a body of unknown type, which Spring MVC refuses where a body may be left
 * out. A request with a body but without a type is refused all the same.
 */
final class EmptyBodyFilter implements Filter {

	@Override
	public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		HttpServletRequest http = (HttpServletRequest) request;
		chain.doFilter(isEmpty(http) ? new WithoutBody(http) : http, response);
	}

	/** Does not ask for a body that would be refused (RFC 9110 section 10.1.1). */
	private static boolean isEmpty(HttpServletRequest request) {
		try {
			return request.getHeader(HttpHeaders.TRANSFER_ENCODING) != null && request.getContentType() == null
					&& request.getHeader(HttpHeaders.EXPECT) == null && request.getInputStream().read() < 0;
		}
		catch (IOException ex) {
			// Malformed, which is reported where a body is needed.
			return false;
		}
	}

	private static final class WithoutBody extends HttpServletRequestWrapper {

		WithoutBody(HttpServletRequest request) {
			super(request);
		}

		@Override
		public @Nullable String getHeader(String name) {
			return name.equalsIgnoreCase(HttpHeaders.TRANSFER_ENCODING) ? null : super.getHeader(name);
		}

	}

}
