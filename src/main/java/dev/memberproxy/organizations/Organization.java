package dev.memberproxy.organizations;

import java.net.URI;
import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * A Sentry organization whose members this service manages.
 *
 * @param alias its name in the paths of this service
 * @param baseUrl the URL of its Sentry, without a slash at the end
 * @param slug its name at Sentry
 * @param token the current token for it
 * @param timeouts the limits of a request to it
 * @param pacing the rate limit for requests to it
 * @param preflightInterval how often its Sentry is checked; 0 for never
 * @param sslBundle the name of the SSL bundle with the certificates to trust, if not
 * those of the JVM
 */
public record Organization(String alias, URI baseUrl, String slug, OrganizationToken token, Timeouts timeouts,
		Pacing pacing, Duration preflightInterval, @Nullable String sslBundle) {

	/** The alias of the organization for paths that name none. */
	public static final String DEFAULT_ALIAS = "default";

	/**
	 * The time limits of requests.
	 *
	 * @param connect for the TCP connection, and again for the TLS handshake
	 * @param read from the first byte of a request to Sentry to the last byte of the
	 * response
	 * @param deadline for a caller's request as a whole
	 */
	public record Timeouts(Duration connect, Duration read, Duration deadline) {
	}

	/**
	 * The rate limit for each HTTP method, as Sentry counts.
	 *
	 * @param requestsPerSecond the most requests in any second; 0 for no limit
	 * @param maxConcurrent the most requests in progress at the same time; 0 for no limit
	 * @param maxWait the longest time a request may wait in the queue
	 */
	public record Pacing(int requestsPerSecond, int maxConcurrent, Duration maxWait) {
	}

}
