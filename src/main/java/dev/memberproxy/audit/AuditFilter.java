package dev.memberproxy.audit;

import java.io.IOException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.memberproxy.core.RequestId;
import dev.memberproxy.problem.Problem;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * Gives every request its id, which stands in the answer, in every problem and in every
 * log line, and writes down in the end what became of it. Pages have no trail: they are
 * for anybody, so that nobody is looked for behind them.
 */
final class AuditFilter implements Filter {

	/** W3C Trace Context section 3.2, any version. */
	private static final Pattern TRACEPARENT = Pattern.compile("[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-[0-9a-f]{16}-.*");

	/**
	 * An address, or what a proxy forwards in its place (RFC 7239 section 6), which may
	 * be any text that the caller made up.
	 */
	private static final Pattern REMOTE_ADDRESS = Pattern.compile("[0-9A-Za-z._:%\\[\\]-]{1,64}");

	private final AuditLog auditLog;

	AuditFilter(AuditLog auditLog) {
		this.auditLog = auditLog;
	}

	@Override
	public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		doFilter((HttpServletRequest) request, (HttpServletResponse) response, chain);
	}

	private void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		RequestId id = RequestId.of(request);
		Optional<AuditRecord> trail = AuditRecord.find(request)
			.or(() -> isPage(request) ? Optional.empty() : Optional.of(open(request, id)));
		String traceId = trail.isPresent() ? trail.get().traceId() : traceId(request);
		response.setHeader(RequestId.HEADER, id.value());
		MDC.put(RequestId.LOG_KEY, id.value());
		if (traceId != null) {
			MDC.put(AuditLog.TRACE_ID_KEY, traceId);
		}
		try {
			chain.doFilter(request, response);
			trail.ifPresent((known) -> writeIfOver(request, response, known));
		}
		finally {
			MDC.remove(RequestId.LOG_KEY);
			MDC.remove(AuditLog.TRACE_ID_KEY);
		}
	}

	private static AuditRecord open(HttpServletRequest request, RequestId id) {
		AuditRecord trail = new AuditRecord(id, traceId(request), remoteAddress(request), System.nanoTime());
		trail.attachTo(request);
		return trail;
	}

	private static @Nullable String remoteAddress(HttpServletRequest request) {
		String address = request.getRemoteAddr();
		return (address != null && REMOTE_ADDRESS.matcher(address).matches()) ? address : null;
	}

	private static @Nullable String traceId(HttpServletRequest request) {
		String traceparent = request.getHeader("traceparent");
		if (traceparent == null) {
			return null;
		}
		Matcher matcher = TRACEPARENT.matcher(traceparent);
		return matcher.matches() ? matcher.group(1) : null;
	}

	/** An error without a problem is still on its way to the error page. */
	private void writeIfOver(HttpServletRequest request, HttpServletResponse response, AuditRecord trail) {
		if (request.getAttribute(Problem.ATTRIBUTE) instanceof Problem problem) {
			trail.problem(problem);
		}
		boolean over = trail.problem().isPresent() || response.getStatus() < 400
				|| request.getDispatcherType() == DispatcherType.ERROR;
		if (over && trail.isWrittenNow()) {
			this.auditLog.write(trail);
		}
	}

	/** For people, and changes nothing, wherever an error may lead. */
	private static boolean isPage(HttpServletRequest request) {
		String path = path(request);
		return path.equals("/") || path.equals("/problems") || path.equals("/docs") || path.startsWith("/problems/")
				|| path.startsWith("/docs/") || (path.startsWith("/openapi.") && path.lastIndexOf('/') == 0);
	}

	/**
	 * The path within the service. Tomcat, which sets the URI of an error, does not know
	 * of a forwarded prefix.
	 */
	private static String path(HttpServletRequest request) {
		return (request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI) instanceof String failed)
				? withoutPrefix(failed, request.getServletContext().getContextPath())
				: withoutPrefix(request.getRequestURI(), request.getContextPath());
	}

	private static String withoutPrefix(String path, String prefix) {
		return path.startsWith(prefix) ? path.substring(prefix.length()) : path;
	}

}
