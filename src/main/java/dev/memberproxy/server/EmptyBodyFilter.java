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
 * Removes {@code Transfer-Encoding} from requests without a body. Some proxies send such
 * requests chunked, and Spring MVC rejects them because the body has no type.
 */
final class EmptyBodyFilter implements Filter {

	@Override
	public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		HttpServletRequest http = (HttpServletRequest) request;
		chain.doFilter(isEmpty(http) ? withoutTransferEncoding(http) : http, response);
	}

	/** Does not read, and so request, a body that {@code Expect} announces. */
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

	private static HttpServletRequest withoutTransferEncoding(HttpServletRequest request) {
		return new HttpServletRequestWrapper(request) {

			@Override
			public @Nullable String getHeader(String name) {
				return name.equalsIgnoreCase(HttpHeaders.TRANSFER_ENCODING) ? null : super.getHeader(name);
			}

		};
	}

}
