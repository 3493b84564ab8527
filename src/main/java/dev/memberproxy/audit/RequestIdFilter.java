package dev.memberproxy.audit;

import java.io.IOException;

import dev.memberproxy.core.RequestId;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.slf4j.MDC;

import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Outermost filter: gives every request its id, which stands in the answer, in every
 * problem and in every log line.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
class RequestIdFilter extends OncePerRequestFilter {

	private static final String MDC_KEY = "requestId";

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		RequestId id = (request.getAttribute(RequestId.ATTRIBUTE) instanceof RequestId present) ? present
				: RequestId.takeOverOrMake(request.getHeader(RequestId.HEADER));
		request.setAttribute(RequestId.ATTRIBUTE, id);
		response.setHeader(RequestId.HEADER, id.value());
		try (var _ = MDC.putCloseable(MDC_KEY, id.value())) {
			chain.doFilter(request, response);
		}
	}

	/** The forward to the error page writes a log line too. */
	@Override
	protected boolean shouldNotFilterErrorDispatch() {
		return false;
	}

}
