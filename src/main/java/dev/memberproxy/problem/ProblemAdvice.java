package dev.memberproxy.problem;

import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.apache.tomcat.util.http.InvalidParameterException;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.security.web.firewall.RequestRejectedException;
import org.springframework.web.ErrorResponse;
import org.springframework.web.HttpMediaTypeNotAcceptableException;
import org.springframework.web.HttpRequestMethodNotSupportedException;
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
			case HttpRequestMethodNotSupportedException unsupported ->
				Problem.ofStatus(405).withHeaders(allow(unsupported));
			// Its Accept would be about the next request's content, not the answer's.
			case HttpMediaTypeNotAcceptableException unacceptable -> Problem.ofStatus(406);
			case ErrorResponse error -> Problem.ofStatus(error.getStatusCode().value()).withHeaders(error.getHeaders());
			default -> Problem.ofStatus(500);
		};
	}

	/** Spring MVC answers two more methods by itself, but does not name them. */
	private static HttpHeaders allow(HttpRequestMethodNotSupportedException unsupported) {
		Set<HttpMethod> methods = new LinkedHashSet<>(
				Objects.requireNonNullElse(unsupported.getSupportedHttpMethods(), Set.of()));
		if (methods.contains(HttpMethod.GET)) {
			methods.add(HttpMethod.HEAD);
		}
		methods.add(HttpMethod.OPTIONS);
		HttpHeaders headers = new HttpHeaders();
		headers.setAllow(methods);
		return headers;
	}

}
