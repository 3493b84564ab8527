package dev.memberproxy.organizations;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import dev.memberproxy.core.CheckedProperties;
import dev.memberproxy.core.InvalidConfigurationException.Fault;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.StringUtils;

/**
 * The Sentry organizations and how they are reached. {@link OrganizationFactory} checks
 * what constraints cannot express.
 *
 * @param region the region of sentry.io that hosts the organization, such as us or de
 * @param baseUrl the URL of a self-hosted Sentry
 * @param allowHttp whether plain http is permitted to hosts other than this one
 * @param organizationSlug the name of the organization at Sentry
 * @param token the organization's token for Sentry; exactly one of token and token file
 * @param tokenFile a file that contains only the token
 * @param connectTimeout limit for the TCP connection, and again for the TLS handshake
 * @param readTimeout limit for one request to Sentry, from the first byte sent to the
 * last byte read
 * @param deadline limit for a caller's request as a whole
 * @param pacing the rate limit for requests to Sentry
 * @param preflightInterval how often each organization's Sentry is checked with a read of
 * one member; 0 for never
 * @param sslBundle SSL bundle with the certificates to trust, for a private CA
 * @param organizations further organizations by alias
 */
@ConfigurationProperties("sentry")
record SentryProperties(@Nullable String region, @Nullable String baseUrl, @DefaultValue("false") Boolean allowHttp,
		@Nullable String organizationSlug, @Nullable SecretToken token, @Nullable String tokenFile,
		@DefaultValue("2s") @DurationMin(nanos = 1, message = SentryProperties.POSITIVE) @DurationMax(hours = 1,
				message = SentryProperties.POSITIVE) Duration connectTimeout,
		@DefaultValue("8s") @DurationMin(nanos = 1, message = SentryProperties.POSITIVE) @DurationMax(hours = 1,
				message = SentryProperties.POSITIVE) Duration readTimeout,
		@DefaultValue("20s") @DurationMin(seconds = 1, message = SentryProperties.SHORT_DEADLINE) @DurationMax(
				hours = 1, message = SentryProperties.POSITIVE) Duration deadline,
		@DefaultValue @Valid Pacing pacing,
		@DefaultValue("5m") @DurationMin(message = SentryProperties.NOT_NEGATIVE) @DurationMax(hours = 1,
				message = SentryProperties.NOT_NEGATIVE) Duration preflightInterval,
		@Nullable String sslBundle,
		@DefaultValue Map<String, @Valid Further> organizations) implements CheckedProperties {

	static final String POSITIVE = "is not a usable limit"
			+ "|Set it to more than zero and at most one hour, such as 500ms, 8s or 2m.";

	static final String NOT_NEGATIVE = "is not a usable limit"
			+ "|Set it to at most one hour, such as 500ms or 5s, or to 0.";

	/** A shorter deadline is a mistake, such as a wrong unit. */
	static final String SHORT_DEADLINE = "is shorter than 1s"
			+ "|Set it to at least 1s and to more than sentry.read-timeout, such as 20s.";

	static final String RATE = "is not a usable limit"
			+ "|Set it to a whole number from 1 to 100000, or to 0 for no limit.";

	static final String CONCURRENCY = "is not a usable limit"
			+ "|Set it to a whole number from 1 to 1000, or to 0 for no limit.";

	/** Every request of the last second is kept, in 8 bytes for each HTTP method. */
	static final int MAX_RATE = 100_000;

	/** The pool of connections to Sentry is not much larger. */
	static final int MAX_CONCURRENCY = 1000;

	@Override
	public List<Fault> findMissing() {
		return OrganizationFactory.findMissing(this);
	}

	/**
	 * The rate limit for requests to Sentry, for each HTTP method.
	 *
	 * @param requestsPerSecond the most requests in any second; 0 for no limit
	 * @param maxConcurrent the most requests in progress at the same time; 0 for no limit
	 * @param maxWait the longest time a request may wait in the queue; 0 to reject it
	 * immediately
	 */
	record Pacing(
			@DefaultValue("40") @Min(value = 0, message = RATE) @Max(value = MAX_RATE,
					message = RATE) Integer requestsPerSecond,
			@DefaultValue("25") @Min(value = 0, message = CONCURRENCY) @Max(value = MAX_CONCURRENCY,
					message = CONCURRENCY) Integer maxConcurrent,
			@DefaultValue("5s") @DurationMin(message = NOT_NEGATIVE) @DurationMax(hours = 1,
					message = NOT_NEGATIVE) Duration maxWait) {
	}

	/**
	 * The rate limit for a further organization. Values that are not set are inherited.
	 *
	 * @param requestsPerSecond the most requests in any second; 0 for no limit
	 * @param maxConcurrent the most requests in progress at the same time; 0 for no limit
	 * @param maxWait the longest time a request may wait in the queue; 0 to reject it
	 * immediately
	 */
	record FurtherPacing(
			@Min(value = 0, message = RATE) @Max(value = MAX_RATE, message = RATE) @Nullable Integer requestsPerSecond,
			@Min(value = 0, message = CONCURRENCY) @Max(value = MAX_CONCURRENCY,
					message = CONCURRENCY) @Nullable Integer maxConcurrent,
			@DurationMin(message = NOT_NEGATIVE) @DurationMax(hours = 1,
					message = NOT_NEGATIVE) @Nullable Duration maxWait) {
	}

	/**
	 * One further organization. A property with an empty value counts as not set: Docker
	 * Compose passes unset variables as empty ones.
	 *
	 * @param region the region of sentry.io that hosts the organization
	 * @param baseUrl the URL of a self-hosted Sentry
	 * @param slug the name of the organization at Sentry
	 * @param token the organization's token for Sentry; exactly one of token and token
	 * file
	 * @param tokenFile a file that contains only the token
	 * @param pacing the rate limit for requests to this organization's Sentry
	 * @param sslBundle SSL bundle with the certificates to trust, for a private CA
	 */
	record Further(@Nullable String region, @Nullable String baseUrl, @Nullable String slug,
			@Nullable SecretToken token, @Nullable String tokenFile, @DefaultValue @Valid FurtherPacing pacing,
			@Nullable String sslBundle) {

		Further {
			region = textOrNull(region);
			baseUrl = textOrNull(baseUrl);
			slug = textOrNull(slug);
			token = (token != null && token.isEmpty()) ? null : token;
			tokenFile = textOrNull(tokenFile);
			sslBundle = textOrNull(sslBundle);
		}

		private static @Nullable String textOrNull(@Nullable String text) {
			return StringUtils.hasText(text) ? text : null;
		}

	}

}
