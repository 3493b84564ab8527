package dev.memberproxy.problem;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.memberproxy.core.BasePath;
import dev.memberproxy.core.ReportedProblem;
import dev.memberproxy.core.RequestId;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.slf4j.event.Level;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;

/**
 * Renders, writes and logs problems, each once, for the controllers as well as for
 * Tomcat. Does not negotiate the media type: an {@code Accept} header that excludes it is
 * one of the problems.
 */
@Component
public class ProblemResponder {

	private static final Logger logger = LoggerFactory.getLogger(ProblemResponder.class);

	private final ObjectWriter writer = JsonMapper.shared().writerFor(Body.class);

	/**
	 * Logs and renders a problem.
	 * @param diagnosis what only the log shows; no secret, no address
	 */
	public RenderedResponse render(RequestId requestId, BasePath basePath, Problem problem, String diagnosis) {
		log(problem, diagnosis, null);
		return render(problem, requestId, basePath);
	}

	/**
	 * Logs and renders a problem.
	 * @param cause the exception that led to it
	 */
	public RenderedResponse render(RequestId requestId, BasePath basePath, Problem problem, Throwable cause) {
		log(problem, cause);
		return render(problem, requestId, basePath);
	}

	/**
	 * Logs a problem and writes it, unless the response is committed.
	 * @param cause the exception that led to it, if any
	 * @throws IOException if the caller closed the connection
	 */
	public void respond(HttpServletRequest request, HttpServletResponse response, Problem problem,
			@Nullable Throwable cause) throws IOException {
		log(RequestId.of(request), problem, cause);
		request.setAttribute(ReportedProblem.ATTRIBUTE, problem);
		write(request, response, problem);
	}

	/** Writes a problem that is logged already, unless the response is committed. */
	void write(HttpServletRequest request, HttpServletResponse response, Problem problem) throws IOException {
		if (response.isCommitted()) {
			return;
		}
		RequestId requestId = RequestId.of(request);
		response.resetBuffer();
		response.setHeader(RequestId.HEADER, requestId.value());
		// Spring Security sets this header too, but it does not see every request.
		response.setHeader("X-Content-Type-Options", "nosniff");
		render(problem, requestId, BasePath.of(request)).writeTo(response);
	}

	private RenderedResponse render(Problem problem, RequestId requestId, BasePath basePath) {
		Map<String, String> headers = new HashMap<>(problem.headers().toSingleValueMap());
		headers.put(HttpHeaders.CACHE_CONTROL, "no-store");
		headers.put(HttpHeaders.CONTENT_TYPE, MediaType.APPLICATION_PROBLEM_JSON_VALUE);
		return new RenderedResponse(problem.status(), headers,
				this.writer.writeValueAsBytes(Body.of(problem, requestId, basePath)), problem);
	}

	/** If Tomcat rejects a request before any filter sees it, the MDC lacks its id. */
	private static void log(RequestId requestId, Problem problem, @Nullable Throwable cause) {
		if (MDC.get(RequestId.LOG_KEY) != null) {
			log(problem, cause);
			return;
		}
		try (MDC.MDCCloseable _ = MDC.putCloseable(RequestId.LOG_KEY, requestId.value())) {
			log(problem, cause);
		}
	}

	private static void log(Problem problem, @Nullable Throwable cause) {
		log(problem, (cause instanceof ProblemException expected) ? expected.getMessage() : null, cause);
	}

	private static void log(Problem problem, @Nullable String diagnosis, @Nullable Throwable cause) {
		Level level = switch (problem.type().responsible()) {
			case CALLER -> Level.INFO;
			case SENTRY -> Level.WARN;
			case OPERATOR -> Level.ERROR;
		};
		logger.atLevel(level)
			.setCause((problem.type() == ProblemType.INTERNAL_ERROR) ? cause : null)
			.log("{} {}: {}{}", problem.status().value(), problem.type().slug(), problem.detail(),
					(diagnosis != null) ? " " + diagnosis : "");
	}

	@JsonInclude(JsonInclude.Include.NON_EMPTY)
	@JsonPropertyOrder({ "type", "title", "status", "detail", "instance", "retryable", "outcome", "requestId", "errors",
			"member", "members", "upstream" })
	private record Body(String type, String title, int status, String detail, String instance, boolean retryable,
			Outcome outcome, String requestId, List<InputError> errors, Problem.@Nullable MemberInTheWay member,
			List<Problem.MemberInTheWay> members, Problem.@Nullable Upstream upstream) {

		static Body of(Problem problem, RequestId requestId, BasePath basePath) {
			ProblemType type = problem.type();
			List<Problem.MemberInTheWay> members = problem.members();
			boolean one = members.size() == 1;
			return new Body(basePath.resolve(type.uri().toString()), type.title(), problem.status().value(),
					problem.detail(), basePath.resolve("/requests/" + requestId), type.retryable(), problem.outcome(),
					requestId.value(), problem.errors(), one ? members.getFirst() : null, one ? List.of() : members,
					problem.upstream());
		}

	}

}
