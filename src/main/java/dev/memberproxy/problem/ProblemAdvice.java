package dev.memberproxy.problem;

import java.io.IOException;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.apache.tomcat.util.http.InvalidParameterException;

import org.springframework.security.web.firewall.RequestRejectedException;
import org.springframework.web.ErrorResponse;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.util.DisconnectedClientHelper;

/**
 * Turns every exception that leaves a controller, or keeps Spring MVC from finding one,
 * into a problem. A caller who hangs up is none: it ends as it would have ended.
 */
@RestControllerAdvice
class ProblemAdvice {

	private final DisconnectedClientHelper goneCallers = new DisconnectedClientHelper(ProblemAdvice.class.getName());

	private final ProblemResponder responder;

	ProblemAdvice(ProblemResponder responder) {
		this.responder = responder;
	}

	@ExceptionHandler
	void handle(Exception exception, HttpServletRequest request, HttpServletResponse response) throws IOException {
		if (!this.goneCallers.checkAndLogClientDisconnectedException(exception)) {
			this.responder.respond(request, response, toProblem(exception), exception);
		}
	}

	private static Problem toProblem(Exception exception) {
		return switch (exception) {
			case ProblemException expected -> expected.getProblem();
			// The firewall looks at a header when it is asked for: as late as in a
			// controller.
			case RequestRejectedException rejected ->
				Problem.of(ProblemType.INVALID_REQUEST, "The request is malformed.");
			case InvalidParameterException unreadable -> Problem.ofStatus(400);
			case ErrorResponse error -> Problem.ofStatus(error.getStatusCode().value()).withHeaders(error.getHeaders());
			default -> Problem.ofStatus(500);
		};
	}

}
