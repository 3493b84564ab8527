package dev.memberproxy.audit;

import java.io.IOException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.memberproxy.core.RequestId;
import dev.memberproxy.problem.Problem;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Outermost filter: gives every request its id, which stands in the answer, in every
 * problem and in every log line, and writes down in the end what became of it.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class TrailFilter extends OncePerRequestFilter {

	private static final String REQUEST_ID_KEY = "requestId";

	private static final String TRACE_ID_KEY = "traceId";

	/** W3C Trace Context section 3.2, any version. */
	private static final Pattern TRACEPARENT = Pattern.compile("[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-[0-9a-f]{16}-.*");

	/** Of pages for people, which change nothing. */
	private static final List<String> PAGES = List.of("/problems/", "/docs/", "/openapi.");

	private final AuditLog auditLog;

	TrailFilter(AuditLog auditLog) {
		this.auditLog = auditLog;
	}

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		Trail trail = Trail.find(request).orElseGet(() -> open(request));
		response.setHeader(RequestId.HEADER, trail.requestId().value());
		MDC.put(REQUEST_ID_KEY, trail.requestId().value());
		if (trail.traceId() != null) {
			MDC.put(TRACE_ID_KEY, trail.traceId());
		}
		try {
			chain.doFilter(request, response);
			writeIfOver(request, response, trail);
		}
		finally {
			MDC.remove(REQUEST_ID_KEY);
			MDC.remove(TRACE_ID_KEY);
		}
	}

	private static Trail open(HttpServletRequest request) {
		RequestId id = RequestId.takeOverOrMake(request.getHeader(RequestId.HEADER));
		request.setAttribute(RequestId.ATTRIBUTE, id);
		Trail trail = new Trail(id, traceId(request.getHeader("traceparent")), System.nanoTime());
		trail.attachTo(request);
		return trail;
	}

	private static @Nullable String traceId(@Nullable String traceparent) {
		if (traceparent == null) {
			return null;
		}
		Matcher matcher = TRACEPARENT.matcher(traceparent);
		return matcher.matches() ? matcher.group(1) : null;
	}

	/** An error without a problem is still on its way to the error page. */
	private void writeIfOver(HttpServletRequest request, HttpServletResponse response, Trail trail) {
		if (request.getAttribute(Problem.ATTRIBUTE) instanceof Problem problem) {
			trail.problem(problem);
		}
		boolean over = trail.problem().isPresent() || response.getStatus() < 400
				|| request.getDispatcherType() == DispatcherType.ERROR;
		if (over && !isPage(request.getRequestURI()) && trail.isWrittenNow()) {
			this.auditLog.write(trail);
		}
	}

	private static boolean isPage(String path) {
		return path.equals("/problems") || path.equals("/docs") || PAGES.stream().anyMatch(path::startsWith);
	}

	/** The forward to the error page writes log lines too. */
	@Override
	protected boolean shouldNotFilterErrorDispatch() {
		return false;
	}

}
