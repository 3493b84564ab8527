package dev.memberproxy.problem;

import java.io.IOException;
import java.util.List;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.memberproxy.core.BasePath;
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
 * Writes problems: the only place that does, for the controllers as well as for Tomcat,
 * and the only place that logs them, once each. Never negotiates the media type, because
 * an unacceptable {@code Accept} header is itself one of the problems.
 */
@Component
public class ProblemResponder {

	private static final Logger logger = LoggerFactory.getLogger(ProblemResponder.class);

	private final ObjectWriter writer = JsonMapper.builder().build().writerFor(Body.class);

	/**
	 * Makes the answer out of a problem, and logs it.
	 * @param requestId the id of the request
	 * @param basePath the base path of the request
	 * @param problem the problem
	 * @param diagnosis what the log should learn beyond the answer; no secret, no address
	 * @return the answer
	 */
	public RenderedResponse answer(RequestId requestId, BasePath basePath, Problem problem, String diagnosis) {
		log(problem, diagnosis, null);
		return render(problem, requestId, basePath);
	}

	/**
	 * Makes the answer out of what was thrown, and logs it.
	 * @param requestId the id of the request
	 * @param basePath the base path of the request
	 * @param problem the problem
	 * @param cause what was thrown
	 * @return the answer
	 */
	public RenderedResponse answer(RequestId requestId, BasePath basePath, Problem problem, Throwable cause) {
		log(problem, cause);
		return render(problem, requestId, basePath);
	}

	/**
	 * Writes a problem as the answer to a request, unless an answer is already under way.
	 * @param request the request
	 * @param response the response
	 * @param problem the problem
	 * @param cause what led to it, for the log
	 * @throws IOException if the caller is gone
	 */
	public void respond(HttpServletRequest request, HttpServletResponse response, Problem problem,
			@Nullable Throwable cause) throws IOException {
		log(RequestId.of(request), problem, cause);
		request.setAttribute(Problem.ATTRIBUTE, problem);
		write(request, response, problem);
	}

	/**
	 * Writes a problem that the log knows already, unless an answer is under way.
	 * @param request the request
	 * @param response the response
	 * @param problem the problem
	 * @throws IOException if the caller is gone
	 */
	void write(HttpServletRequest request, HttpServletResponse response, Problem problem) throws IOException {
		if (response.isCommitted()) {
			return;
		}
		RequestId requestId = RequestId.of(request);
		response.resetBuffer();
		response.setHeader(RequestId.HEADER, requestId.value());
		// Where Spring Security does not say it, because it never saw the request.
		response.setHeader("X-Content-Type-Options", "nosniff");
		render(problem, requestId, BasePath.of(request)).writeTo(response);
	}

	private RenderedResponse render(Problem problem, RequestId requestId, BasePath basePath) {
		return new RenderedResponse(problem.status(), problem.headers().toSingleValueMap(),
				this.writer.writeValueAsBytes(Body.of(problem, requestId, basePath)), problem)
			.with(HttpHeaders.CACHE_CONTROL, "no-store")
			.with(HttpHeaders.CONTENT_TYPE, MediaType.APPLICATION_PROBLEM_JSON_VALUE);
	}

	/** Where no filter of ours saw the request, the log does not know its id yet. */
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
		Level level = switch (problem.type().fault()) {
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
					problem.detail(), basePath.resolve("/requests/" + requestId), type.retry() == Retry.SAFE,
					problem.outcome(), requestId.value(), problem.errors(), one ? members.getFirst() : null,
					one ? List.of() : members, problem.upstream());
		}

	}

}
