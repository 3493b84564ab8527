package dev.memberproxy.organizations;

import java.time.Duration;
import java.util.Map;

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
 * @param sslBundle SSL bundle with the certificates to trust, for a private CA
 * @param organizations further organizations by alias
 */
@ConfigurationProperties("sentry")
record SentryProperties(@Nullable String region, @Nullable String baseUrl, @DefaultValue("false") Boolean allowHttp,
		@Nullable String organizationSlug, @Nullable SecretToken token, @Nullable String tokenFile,
		@DefaultValue("2s") Duration connectTimeout, @DefaultValue("8s") Duration readTimeout,
		@DefaultValue("20s") Duration deadline, @Nullable String sslBundle,
		@DefaultValue Map<String, Further> organizations) {

	/**
	 * One further organization.
	 *
	 * @param region the region of sentry.io that hosts the organization
	 * @param baseUrl where Sentry is, if not at a region of sentry.io
	 * @param slug the name of the organization at Sentry
	 * @param token the organization's token for Sentry; exactly one of token and token
	 * file
	 * @param tokenFile a file that holds nothing but the token
	 * @param sslBundle SSL bundle with the certificates to trust, for a private CA
	 */
	record Further(@Nullable String region, @Nullable String baseUrl, @Nullable String slug,
			@Nullable SecretToken token, @Nullable String tokenFile, @Nullable String sslBundle) {
	}

}
