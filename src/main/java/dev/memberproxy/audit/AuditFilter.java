package dev.memberproxy.audit;

import java.io.IOException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.memberproxy.core.ReportedProblem;
import dev.memberproxy.core.RequestId;
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
 * Gives every request its id, which is in the response, in every problem and in every log
 * line, and writes its audit record at the end. Pages are public and change nothing, so
 * that they have no record.
 */
final class AuditFilter implements Filter {

	/** W3C Trace Context section 3.2, any version. */
	private static final Pattern TRACEPARENT = Pattern.compile("[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-[0-9a-f]{16}-.*");

	/**
	 * An address, or the text that a proxy forwards in its place (RFC 7239 section 6),
	 * which the caller may have made up.
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
		Optional<AuditRecord> auditRecord = AuditRecord.find(request)
			.or(() -> isPage(request) ? Optional.empty() : Optional.of(open(request, id)));
		String traceId = auditRecord.isPresent() ? auditRecord.get().traceId() : traceId(request);
		response.setHeader(RequestId.HEADER, id.value());
		MDC.put(RequestId.LOG_KEY, id.value());
		if (traceId != null) {
			MDC.put(AuditLog.TRACE_ID_KEY, traceId);
		}
		try {
			chain.doFilter(request, response);
			auditRecord.ifPresent((known) -> writeIfComplete(request, response, known));
		}
		finally {
			MDC.remove(RequestId.LOG_KEY);
			MDC.remove(AuditLog.TRACE_ID_KEY);
		}
	}

	private static AuditRecord open(HttpServletRequest request, RequestId id) {
		AuditRecord auditRecord = new AuditRecord(id, traceId(request), remoteAddress(request));
		auditRecord.attachTo(request);
		return auditRecord;
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

	/** An error without a problem is still to be forwarded to the error page. */
	private void writeIfComplete(HttpServletRequest request, HttpServletResponse response, AuditRecord auditRecord) {
		if (request.getAttribute(ReportedProblem.ATTRIBUTE) instanceof ReportedProblem problem) {
			auditRecord.problem(problem);
		}
		boolean complete = auditRecord.get(AuditField.PROBLEM) != null || response.getStatus() < 400
				|| request.getDispatcherType() == DispatcherType.ERROR;
		if (complete && auditRecord.claimWriting()) {
			this.auditLog.write(auditRecord);
		}
	}

	private static boolean isPage(HttpServletRequest request) {
		String path = path(request);
		return path.equals("/") || path.equals("/problems") || path.equals("/docs") || path.startsWith("/problems/")
				|| path.startsWith("/docs/") || (path.startsWith("/openapi.") && path.lastIndexOf('/') == 0);
	}

	/**
	 * The path within the service. Tomcat sets the URI of an error without the forwarded
	 * prefix.
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
