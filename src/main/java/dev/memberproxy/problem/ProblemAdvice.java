package dev.memberproxy.problem;

import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import dev.memberproxy.core.BasePath;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.validation.ConstraintViolation;
import org.apache.tomcat.util.http.InvalidParameterException;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.security.web.firewall.RequestRejectedException;
import org.springframework.web.ErrorResponse;
import org.springframework.web.HttpMediaTypeNotAcceptableException;
import org.springframework.web.HttpMediaTypeNotSupportedException;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.bind.MethodArgumentNotValidException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.servlet.NoHandlerFoundException;
import org.springframework.web.util.DisconnectedClientHelper;

/**
 * Turns every exception from a controller, or from Spring MVC before a controller is
 * called, into a problem. A closed connection is no problem: the audit line keeps the
 * outcome that the request had.
 */
@RestControllerAdvice
class ProblemAdvice {

	private static final String MEMBER = "/members/ada@example.com";

	private static final Pattern MEMBER_BY_ID = Pattern.compile(".*/members/[0-9]+");

	private final DisconnectedClientHelper disconnectedClients = new DisconnectedClientHelper(
			ProblemAdvice.class.getName());

	private final ProblemResponder responder;

	ProblemAdvice(ProblemResponder responder) {
		this.responder = responder;
	}

	@ExceptionHandler
	void handle(Exception exception, HttpServletRequest request, HttpServletResponse response) throws IOException {
		if (!this.disconnectedClients.checkAndLogClientDisconnectedException(exception)) {
			this.responder.respond(request, response, toProblem(exception, request), exception);
		}
	}

	private static Problem toProblem(Exception exception, HttpServletRequest request) {
		return switch (exception) {
			case ProblemException expected -> expected.getProblem();
			// The firewall checks a header when it is read, possibly in a controller.
			case RequestRejectedException rejected ->
				Problem.of(ProblemType.INVALID_REQUEST, "The request is malformed.");
			case MethodArgumentNotValidException invalid ->
				Problem.of(ProblemType.INVALID_REQUEST, "The body has invalid fields.").withErrors(errors(invalid));
			case HttpMessageNotReadableException missing ->
				Problem.of(ProblemType.INVALID_REQUEST, "The body cannot be used.")
					.withErrors(List.of(missing(missing)));
			case InvalidParameterException unreadable -> Problem.ofStatus(400);
			case NoHandlerFoundException nothing -> Problem.of(ProblemType.NOT_FOUND, notFound(request));
			case HttpRequestMethodNotSupportedException unsupported ->
				Problem.of(ProblemType.METHOD_NOT_ALLOWED, notAllowed(unsupported, request))
					.withHeaders(allow(unsupported));
			// Without the exception's Accept header: in a response, it would be about
			// request bodies (RFC 9110 section 12.5.1).
			case HttpMediaTypeNotAcceptableException unacceptable ->
				Problem.of(ProblemType.NOT_ACCEPTABLE, notAcceptable(unacceptable));
			case HttpMediaTypeNotSupportedException unsupported ->
				Problem.of(ProblemType.UNSUPPORTED_MEDIA_TYPE, unsupported(unsupported))
					.withHeaders(unsupported.getHeaders());
			case ErrorResponse error -> Problem.ofStatus(error.getStatusCode().value()).withHeaders(error.getHeaders());
			default -> Problem.ofStatus(500);
		};
	}

	private static List<InputError> errors(MethodArgumentNotValidException invalid) {
		return InputError.of(invalid.getAllErrors()
			.stream()
			.<ConstraintViolation<?>>map((error) -> error.unwrap(ConstraintViolation.class))
			.toList());
	}

	private static InputError missing(HttpMessageNotReadableException unreadable) {
		return InputError.inBody("", InputCode.MALFORMED,
				(unreadable.getCause() instanceof IOException) ? "must arrive whole" : "must not be blank");
	}

	private static String notFound(HttpServletRequest request) {
		return path(request).contains("/members/")
				? "A member is addressed by id, which has digits only, or by e-mail address: "
						+ resolve("/members/104", request) + " or " + resolve(MEMBER, request) + "."
				: "This service has no resource at this path. The page " + resolve("/docs", request)
						+ " describes all operations.";
	}

	private static String notAllowed(HttpRequestMethodNotSupportedException unsupported, HttpServletRequest request) {
		String others = Arrays.stream(Objects.requireNonNullElse(unsupported.getSupportedMethods(), new String[0]))
			.sorted()
			.collect(Collectors.joining(", "));
		String detail = unsupported.getMethod() + " is not possible here. This path takes " + others + ".";
		if (unsupported.getMethod().equals("PUT") && MEMBER_BY_ID.matcher(path(request)).matches()) {
			return detail + " PUT takes an address, not an id: " + resolve(MEMBER, request) + ".";
		}
		return path(request).endsWith("/members")
				? detail + " PUT, PATCH and DELETE take one member, such as " + resolve(MEMBER, request) + "." : detail;
	}

	private static String resolve(String path, HttpServletRequest request) {
		return BasePath.of(request).resolve(path);
	}

	private static String notAcceptable(HttpMediaTypeNotAcceptableException unacceptable) {
		List<MediaType> possible = unacceptable.getSupportedMediaTypes();
		return possible.isEmpty() ? "The Accept header is malformed."
				: "The response can be " + list(possible) + ". Accept that, or leave the Accept header out.";
	}

	private static String unsupported(HttpMediaTypeNotSupportedException unsupported) {
		return ((unsupported.getContentType() != null) ? "" : "The request has no usable Content-Type. ")
				+ "The body must be " + list(unsupported.getSupportedMediaTypes()) + ".";
	}

	private static String list(List<MediaType> mediaTypes) {
		return mediaTypes.stream().map(MediaType::toString).distinct().collect(Collectors.joining(" or "));
	}

	/** As the caller sent it: compared only, never part of a response. */
	private static String path(HttpServletRequest request) {
		return request.getRequestURI();
	}

	/** Spring MVC handles HEAD and OPTIONS by itself, but does not list them. */
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
