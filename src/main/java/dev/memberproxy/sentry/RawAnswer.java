package dev.memberproxy.sentry;

import org.springframework.http.HttpHeaders;

/**
 * An answer of Sentry's before it has a meaning.
 *
 * @param status its HTTP status
 * @param headers its headers
 * @param body its body, as far as it could be read
 */
record RawAnswer(int status, HttpHeaders headers, ResponseBody body) {

}
