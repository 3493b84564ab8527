package dev.memberproxy.organizations;

import dev.memberproxy.core.CheckedProperties;

import dev.memberproxy.core.InvalidConfigurationException;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import dev.memberproxy.core.InvalidConfigurationException.Fault;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The Sentry organizations and how they are reached, as configured. Holds what was
 * written, unchecked: {@link OrganizationFactory} checks it and says what is wrong in the
 * operator's words.
 *
 * @param region the region of sentry.io that hosts the organization, such as us or de
 * @param baseUrl where Sentry is, if not at a region of sentry.io: a self-hosted Sentry
 * @param allowHttp whether plain http is permitted to hosts other than this one
 * @param organizationSlug the name of the organization at Sentry
 * @param token the organization's token for Sentry; exactly one of token and token file
 * @param tokenFile a file that holds nothing but the token
 * @param connectTimeout limit for the TCP connection, and again for the TLS handshake
 * @param readTimeout limit for one call to Sentry, from the first byte sent to the last
 * byte read
 * @param deadline limit for a caller's request as a whole
 * @param pacing how fast Sentry is called
 * @param preflightInterval how often each organization is asked for one member, to see
 * whether its Sentry can be used; 0 for never
 * @param sslBundle SSL bundle with the certificates to trust, for a private CA
 * @param organizations further organizations by alias
 */
@ConfigurationProperties("sentry")
record SentryProperties(@Nullable String region, @Nullable String baseUrl, @DefaultValue("false") Boolean allowHttp,
		@Nullable String organizationSlug, @Nullable SecretToken token, @Nullable String tokenFile,
		@DefaultValue("2s") Duration connectTimeout, @DefaultValue("8s") Duration readTimeout,
		@DefaultValue("20s") Duration deadline, @DefaultValue Pacing pacing,
		@DefaultValue("5m") Duration preflightInterval, @Nullable String sslBundle,
		@DefaultValue Map<String, Further> organizations) implements CheckedProperties {

	@Override
	public List<Fault> findMissing() {
		return OrganizationFactory.findMissing(this);
	}

	/**
	 * How fast Sentry is called, for each HTTP method by itself.
	 *
	 * @param requestsPerSecond how many requests may reach Sentry in any second; 0 for no
	 * limit
	 * @param maxConcurrent how many may be under way at the same time; 0 for no limit
	 * @param maxWait how long a request may wait for its turn; 0 to refuse it at once
	 */
	record Pacing(@DefaultValue("40") Integer requestsPerSecond, @DefaultValue("25") Integer maxConcurrent,
			@DefaultValue("5s") Duration maxWait) {
	}

	/**
	 * How fast a further organization's Sentry is called. What is not set here is as for
	 * all.
	 *
	 * @param requestsPerSecond how many requests may reach Sentry in any second; 0 for no
	 * limit
	 * @param maxConcurrent how many may be under way at the same time; 0 for no limit
	 * @param maxWait how long a request may wait for its turn; 0 to refuse it at once
	 */
	record FurtherPacing(@Nullable Integer requestsPerSecond, @Nullable Integer maxConcurrent,
			@Nullable Duration maxWait) {
	}

	/**
	 * One further organization.
	 *
	 * @param region the region of sentry.io that hosts the organization
	 * @param baseUrl where Sentry is, if not at a region of sentry.io
	 * @param slug the name of the organization at Sentry
	 * @param token the organization's token for Sentry; exactly one of token and token
	 * file
	 * @param tokenFile a file that holds nothing but the token
	 * @param pacing how fast Sentry is called for this organization
	 * @param sslBundle SSL bundle with the certificates to trust, for a private CA
	 */
	record Further(@Nullable String region, @Nullable String baseUrl, @Nullable String slug,
			@Nullable SecretToken token, @Nullable String tokenFile, @DefaultValue FurtherPacing pacing,
			@Nullable String sslBundle) {
	}

}
