package dev.memberproxy.audit;

import java.io.IOException;
import java.util.Optional;

import io.micrometer.tracing.Span;
import io.micrometer.tracing.Tracer;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Where spans are made, the audit line tells of their trace, which is another one than
 * the caller's if the caller has none. Comes after the filter that makes the first span.
 */
@Order(Ordered.HIGHEST_PRECEDENCE + 10)
final class TraceFilter extends OncePerRequestFilter {

	private final Tracer tracer;

	/**
	 * @param tracer knows the present span
	 */
	TraceFilter(Tracer tracer) {
		this.tracer = tracer;
	}

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		Optional<Span> span = Optional.ofNullable(this.tracer.currentSpan());
		Trail.find(request)
			.ifPresent((trail) -> span.ifPresent((present) -> trail.traceId(present.context().traceId())));
		chain.doFilter(request, response);
	}

}
