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
 * @param token the credentials for it
 * @param timeouts the limits of a call to it
 * @param sslBundle the name of the SSL bundle with the certificates to trust, if not
 * those of the JVM
 */
public record Organization(String alias, URI baseUrl, String slug, SecretToken token, Timeouts timeouts,
		@Nullable String sslBundle) {

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

}
