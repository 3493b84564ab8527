package dev.memberproxy.problem;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Optional;

import dev.memberproxy.core.BasePath;
import org.apache.catalina.Valve;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.apache.tomcat.util.res.StringManager;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.boot.web.server.autoconfigure.ServerProperties.ForwardHeadersStrategy;
import org.springframework.stereotype.Component;
import org.springframework.util.unit.DataSize;

/**
 * Responds with problems instead of Tomcat's HTML pages if Tomcat rejects a request
 * before any filter or servlet sees it: illegal characters, {@code %2F} in the path,
 * unknown transfer codings.
 */
@Component
class ContainerProblems implements WebServerFactoryCustomizer<TomcatServletWebServerFactory> {

	/** Tomcat reports this as status 400, without an exception type of its own. */
	private static final String HEADER_TOO_LARGE = StringManager.getManager("org.apache.coyote.http11")
		.getString("iib.requestheadertoolarge.error");

	private final ProblemResponder responder;

	private final DataSize maxHeaderSize;

	private final String contextPath;

	private final boolean trustsForwardedPrefix;

	ContainerProblems(ProblemResponder responder, ServerProperties server) {
		this.responder = responder;
		this.maxHeaderSize = server.getMaxHttpRequestHeaderSize();
		this.contextPath = Objects.requireNonNullElse(server.getServlet().getContextPath(), "");
		this.trustsForwardedPrefix = server.getForwardHeadersStrategy() == ForwardHeadersStrategy.FRAMEWORK;
	}

	@Override
	public void customize(TomcatServletWebServerFactory factory) {
		// Boot adds a valve of its own; the valve that is added last comes first.
		factory.addContextCustomizers((context) -> context.getParent().getPipeline().addValve(valve()));
	}

	private Valve valve() {
		return new ErrorReportValve() {

			@Override
			protected void report(Request request, Response response, @Nullable Throwable throwable) {
				ContainerProblems.this.report(request, response, throwable);
			}

		};
	}

	/** Neither the servlet context nor Spring's forwarded-header filter was reached. */
	private BasePath basePath(Request request) {
		return Optional.of(request)
			.filter((_) -> this.trustsForwardedPrefix)
			.flatMap((trusted) -> BasePath.ofForwarded(trusted.getHeader(BasePath.FORWARDED_PREFIX)))
			.orElseGet(() -> new BasePath(this.contextPath));
	}

	private Problem problem(int status, @Nullable Throwable throwable) {
		boolean headerTooLarge = throwable instanceof IllegalArgumentException
				&& HEADER_TOO_LARGE.equals(throwable.getMessage());
		return headerTooLarge
				? Problem.of(ProblemType.REQUEST_HEADER_TOO_LARGE, "The request line and headers are larger than "
						+ this.maxHeaderSize.toBytes() + " bytes (server.max-http-request-header-size).")
				: Problem.ofStatus(status);
	}

	private void report(Request request, Response response, @Nullable Throwable throwable) {
		int status = response.getStatus();
		if (status < 400 || response.getContentWritten() > 0 || !response.setErrorReported()) {
			return;
		}
		basePath(request).attachTo(request);
		try {
			this.responder.respond(request, response.getResponse(), problem(status, throwable), throwable);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
