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

	/**
	 * Whether only somebody who knows the token answers so. A fault or a page of what
	 * stands in front of Sentry does not tell, and neither does a rate limit.
	 */
	boolean showsAcceptance() {
		return this.status / 100 == 2 || this.status == 400 || this.status == 409;
	}

}
