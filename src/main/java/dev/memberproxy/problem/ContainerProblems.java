package dev.memberproxy.problem;

import java.io.IOException;
import java.io.UncheckedIOException;

import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.stereotype.Component;

/**
 * Gives problems in place of Tomcat's HTML pages where Tomcat refuses a request before
 * any filter or servlet sees it: illegal characters, {@code %2F} in the path, unknown
 * transfer codings.
 */
@Component
class ContainerProblems implements WebServerFactoryCustomizer<TomcatServletWebServerFactory> {

	private final ProblemResponder responder;

	ContainerProblems(ProblemResponder responder) {
		this.responder = responder;
	}

	@Override
	public void customize(TomcatServletWebServerFactory factory) {
		// Setting the host's error report valve class has no effect beside Boot's own
		// valve;
		// one added to the pipeline later comes first.
		factory.addContextCustomizers((context) -> context.getParent().getPipeline().addValve(new Valve()));
	}

	private final class Valve extends ErrorReportValve {

		@Override
		protected void report(Request request, Response response, @Nullable Throwable throwable) {
			int status = response.getStatus();
			if (status < 400 || response.getContentWritten() > 0 || !response.setErrorReported()) {
				return;
			}
			try {
				ContainerProblems.this.responder.respond(request, response.getResponse(), Problem.ofStatus(status),
						throwable);
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

	}

}
