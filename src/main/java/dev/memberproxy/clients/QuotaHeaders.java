package dev.memberproxy.clients;

import java.time.Duration;

import jakarta.servlet.http.HttpServletResponse;

import org.springframework.security.web.util.OnCommittedResponseWrapper;

/**
 * Tells a client where it stands, whatever the answer is: {@code RateLimit-Policy} and
 * {@code RateLimit} (draft-ietf-httpapi-ratelimit-headers-10). They are written when the
 * answer begins, so that the request itself is counted.
 */
final class QuotaHeaders extends OnCommittedResponseWrapper {

	private static final String POLICY = "\"default\"";

	private final Quota quota;

	QuotaHeaders(Quota quota, HttpServletResponse response) {
		super(response);
		this.quota = quota;
	}

	/** Writes the headers of an answer that has not begun, as it has no body. */
	void writeIfNotCommitted() {
		if (!isCommitted()) {
			onResponseCommitted();
		}
	}

	@Override
	protected void onResponseCommitted() {
		Quota.Status status = this.quota.status();
		setHeader("RateLimit-Policy", POLICY + ";q=" + status.limit() + ";w=60");
		String more = status.untilMore()
			.map((wait) -> ";t=" + wait.plus(Duration.ofSeconds(1).minusNanos(1)).toSeconds())
			.orElse("");
		setHeader("RateLimit", POLICY + ";r=" + status.remaining() + more);
	}

}
