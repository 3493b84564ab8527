package dev.memberproxy.problem;

import java.io.IOException;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Where Tomcat forwards what went wrong outside of Spring MVC: filters that threw, and
 * statuses set without a body. Called by its own path, it is not there.
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
		// Tomcat throws away what was written about a body that does not arrive whole.
		if (request.getAttribute(Problem.ATTRIBUTE) instanceof Problem told) {
			this.responder.write(request, response, told);
			return;
		}
		this.responder.respond(request, response, Problem.ofStatus((status != null) ? status : 404), cause);
	}

}
