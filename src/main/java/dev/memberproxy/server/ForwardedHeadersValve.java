package dev.memberproxy.server;

import java.io.IOException;
import java.net.URI;
import java.util.List;

import dev.memberproxy.core.BasePath;
import jakarta.servlet.ServletException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;

import org.springframework.http.HttpHeaders;
import org.springframework.http.server.ServletServerHttpRequest;
import org.springframework.web.util.ForwardedHeaderUtils;

/**
 * Removes unusable forwarded headers. Spring's filter accepts every prefix, even one that
 * is no path.
 */
final class ForwardedHeadersValve extends ValveBase {

	/** The headers that the filter reads. */
	private static final List<String> NAMES = List.of("Forwarded", "X-Forwarded-Host", "X-Forwarded-Port",
			"X-Forwarded-Proto", "X-Forwarded-Ssl", "X-Forwarded-For", BasePath.FORWARDED_PREFIX);

	@Override
	public void invoke(Request request, Response response) throws IOException, ServletException {
		String prefix = request.getHeader(BasePath.FORWARDED_PREFIX);
		if (prefix != null && BasePath.ofForwarded(prefix).isEmpty()) {
			remove(request, BasePath.FORWARDED_PREFIX);
		}
		getNext().invoke(request, response);
		// Otherwise the filter also rejects the error dispatch, and the response has no
		// body.
		if (response.isError() && !isReadable(request)) {
			BasePath.ofForwarded(prefix).ifPresent((basePath) -> basePath.attachTo(request));
			NAMES.forEach((name) -> remove(request, name));
		}
	}

	/** Parses as the filter does. */
	private static boolean isReadable(Request request) {
		try {
			ServletServerHttpRequest message = new ServletServerHttpRequest(request);
			URI uri = message.getURI();
			HttpHeaders headers = message.getHeaders();
			ForwardedHeaderUtils.adaptFromForwardedHeaders(uri, headers).build();
			ForwardedHeaderUtils.parseForwardedFor(uri, headers, message.getRemoteAddress());
			return true;
		}
		catch (RuntimeException ex) {
			return false;
		}
	}

	private static void remove(Request request, String name) {
		request.getCoyoteRequest().getMimeHeaders().removeHeader(name);
	}

}
