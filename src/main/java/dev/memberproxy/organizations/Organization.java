package dev.memberproxy.organizations;

import java.net.URI;
import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * A Sentry organization that this service can give seats in.
 *
 * @param alias its name in the paths of this service
 * @param baseUrl where its Sentry is, without a slash at the end
 * @param slug its name at Sentry
 * @param token the credentials for it, which may be replaced
 * @param timeouts the limits of a call to it
 * @param pacing the limits of its Sentry that are kept to
 * @param preflightInterval how often it is asked whether it can be used; 0 for never
 * @param sslBundle the name of the SSL bundle with the certificates to trust, if not
 * those of the JVM
 */
public record Organization(String alias, URI baseUrl, String slug, OrganizationToken token, Timeouts timeouts,
		Pacing pacing, Duration preflightInterval, @Nullable String sslBundle) {

	/** The alias of the organization that is reached without naming one. */
	public static final String DEFAULT_ALIAS = "default";

	/**
	 * How long a call to Sentry may take.
	 *
	 * @param connect for the TCP connection, and again for the TLS handshake
	 * @param read from the first byte of the request to the last byte of the answer
	 * @param deadline for a request of a caller as a whole
	 */
	public record Timeouts(Duration connect, Duration read, Duration deadline) {
	}

	/**
	 * How fast Sentry is called, for each HTTP method by itself, as Sentry counts.
	 *
	 * @param requestsPerSecond how many requests may reach Sentry in any second; 0 for no
	 * limit
	 * @param maxConcurrent how many may be under way at the same time; 0 for no limit
	 * @param maxWait how long a request may wait for its turn
	 */
	public record Pacing(int requestsPerSecond, int maxConcurrent, Duration maxWait) {
	}

}
