package dev.memberproxy.problem;

import java.io.IOException;

import dev.memberproxy.core.ReportedProblem;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Tomcat forwards failures outside of Spring MVC to here: exceptions of filters, and
 * error statuses without a body. A direct request to this path gets 404.
 */
@RestController
class ProblemErrorController implements ErrorController {

	private final ProblemResponder responder;

	ProblemErrorController(ProblemResponder responder) {
		this.responder = responder;
	}

	@RequestMapping("${spring.web.error.path:/error}")
	void handle(
			@RequestAttribute(name = RequestDispatcher.ERROR_STATUS_CODE, required = false) @Nullable Integer status,
			@RequestAttribute(name = RequestDispatcher.ERROR_EXCEPTION, required = false) @Nullable Throwable cause,
			HttpServletRequest request, HttpServletResponse response) throws IOException {
		// Tomcat discards the response that was written about an incomplete body.
		if (request.getAttribute(ReportedProblem.ATTRIBUTE) instanceof Problem discarded) {
			this.responder.write(request, response, discarded);
			return;
		}
		this.responder.respond(request, response, Problem.ofStatus((status != null) ? status : 404), cause);
	}

}
