package dev.memberproxy.problem;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;

/**
 * A response that is rendered once, then written, put into the line of a batch, or stored
 * for retries.
 *
 * @param status the HTTP status
 * @param headers the headers of this response, each with one value
 * @param body the body; empty if there is none
 * @param problem the problem that was rendered; null for successes, and for the stored
 * response of an earlier request
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, and never changed
public record RenderedResponse(HttpStatus status, Map<String, String> headers, byte[] body, @Nullable Problem problem) {

	private static final byte[] NO_BODY = {};

	public RenderedResponse {
		headers = Map.copyOf(headers);
	}

	/** A success without a body. */
	public static RenderedResponse of(HttpStatus status) {
		return of(status, NO_BODY);
	}

	/** A success without headers of its own. */
	public static RenderedResponse of(HttpStatus status, byte[] body) {
		return new RenderedResponse(status, Map.of(), body, null);
	}

	/** The same response with one more header. */
	public RenderedResponse with(String name, String value) {
		Map<String, String> more = new HashMap<>(this.headers);
		more.put(name, value);
		return new RenderedResponse(this.status, more, this.body, this.problem);
	}

	/** The response for Spring MVC, without a body if it is empty. */
	public ResponseEntity<byte[]> toEntity() {
		HttpHeaders entityHeaders = new HttpHeaders();
		this.headers.forEach(entityHeaders::set);
		return new ResponseEntity<>((this.body.length > 0) ? this.body : null, entityHeaders, this.status);
	}

	/**
	 * Writes the response.
	 * @param response the response of the servlet container
	 * @throws IOException if the caller closed the connection
	 */
	public void writeTo(HttpServletResponse response) throws IOException {
		response.setStatus(this.status.value());
		this.headers.forEach(response::setHeader);
		if (this.body.length > 0) {
			response.setContentLength(this.body.length);
			response.getOutputStream().write(this.body);
		}
	}

}
