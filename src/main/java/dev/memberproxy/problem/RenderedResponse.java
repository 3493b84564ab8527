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
 * An answer to a caller, rendered once: it is written, or told as a line of a batch, or
 * kept for those who repeat the request.
 *
 * @param status the HTTP status
 * @param headers the headers that belong to the answer itself, each with one value
 * @param body the body; empty if there is none
 * @param problem the problem that it reports; null for a success
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, and written by nobody
public record RenderedResponse(HttpStatus status, Map<String, String> headers, byte[] body, @Nullable Problem problem) {

	private static final byte[] NO_BODY = {};

	public RenderedResponse {
		headers = Map.copyOf(headers);
	}

	/**
	 * An answer that is told by its status and headers alone.
	 * @param status the HTTP status
	 * @return the answer
	 */
	public static RenderedResponse of(HttpStatus status) {
		return of(status, NO_BODY);
	}

	/**
	 * An answer without headers of its own.
	 * @param status the HTTP status
	 * @param body the body
	 * @return the answer
	 */
	public static RenderedResponse of(HttpStatus status, byte[] body) {
		return new RenderedResponse(status, Map.of(), body, null);
	}

	/**
	 * The answer with one more header.
	 * @param name the name of the header
	 * @param value its value
	 * @return another answer
	 */
	public RenderedResponse with(String name, String value) {
		Map<String, String> more = new HashMap<>(this.headers);
		more.put(name, value);
		return new RenderedResponse(this.status, more, this.body, this.problem);
	}

	/**
	 * The response for Spring MVC.
	 * @return the entity, without a body if it is empty
	 */
	public ResponseEntity<byte[]> toEntity() {
		HttpHeaders entityHeaders = new HttpHeaders();
		this.headers.forEach(entityHeaders::set);
		return new ResponseEntity<>((this.body.length > 0) ? this.body : null, entityHeaders, this.status);
	}

	/**
	 * Writes the answer.
	 * @param response where to
	 * @throws IOException if the caller is gone
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
