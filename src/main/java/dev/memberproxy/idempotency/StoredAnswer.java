package dev.memberproxy.idempotency;

import java.util.Map;

/**
 * An answer as it is kept: what a caller would get again.
 *
 * @param status the HTTP status
 * @param headers the headers that belong to the answer itself
 * @param body the body
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, and written by nobody
record StoredAnswer(int status, Map<String, String> headers, byte[] body) {

	StoredAnswer {
		headers = Map.copyOf(headers);
	}

}
