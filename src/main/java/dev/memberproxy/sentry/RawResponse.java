package dev.memberproxy.sentry;

import java.time.Instant;

import org.springframework.http.HttpHeaders;

/**
 * A response as it arrived, before it has a meaning.
 *
 * @param status the HTTP status
 * @param headers the headers
 * @param body the body as far as it was read, up to the limit of the request
 * @param complete whether that is the whole body: false if the connection broke or the
 * limit was exceeded
 * @param receivedAt when the head of the response arrived
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record RawResponse(int status, HttpHeaders headers, byte[] body, boolean complete, Instant receivedAt) {

}
