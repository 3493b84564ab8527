package dev.memberproxy.audit;

import java.io.IOException;
import java.util.Optional;

import io.micrometer.tracing.Span;
import io.micrometer.tracing.Tracer;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;

/**
 * Where spans are made, the audit line tells of their trace, which is another one than
 * the caller's if the caller has none.
 */
final class TraceFilter implements Filter {

	private final Tracer tracer;

	/**
	 * @param tracer knows the present span
	 */
	TraceFilter(Tracer tracer) {
		this.tracer = tracer;
	}

	@Override
	public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		Optional<Span> span = Optional.ofNullable(this.tracer.currentSpan());
		AuditRecord.find((HttpServletRequest) request)
			.ifPresent((trail) -> span.ifPresent((present) -> trail.traceId(present.context().traceId())));
		chain.doFilter(request, response);
	}

}
