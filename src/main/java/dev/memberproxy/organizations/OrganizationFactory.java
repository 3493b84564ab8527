package dev.memberproxy.organizations;

import dev.memberproxy.core.InvalidConfigurationException;

import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import dev.memberproxy.core.InvalidConfigurationException.Fault;
import dev.memberproxy.organizations.Organization.Pacing;
import dev.memberproxy.organizations.Organization.Timeouts;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.util.StringUtils;

/**
 * Checks the configuration of the organizations and puts them together. A property set to
 * nothing counts as absent: that is what Docker Compose makes of an unset variable.
 */
final class OrganizationFactory {

	private static final Logger logger = LoggerFactory.getLogger(OrganizationFactory.class);

	private static final Pattern SLUG = Pattern.compile("[a-z0-9_-]{1,50}");

	private static final Pattern ALIAS = Pattern.compile("[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?");

	/** What leaves within a second is kept account of, 8 bytes for each and method. */
	private static final int MAX_PER_SECOND = 100_000;

	/** There are not many more connections to Sentry than that. */
	private static final int MAX_CONCURRENT = 1000;

	private static final Duration LONGEST = Duration.ofHours(1);

	/** A deadline that is shorter is a mistake, such as a forgotten unit. */
	private static final Duration SHORTEST_DEADLINE = Duration.ofSeconds(1);

	private final SentryProperties properties;

	private final Timeouts timeouts;

	private final Pacing pacing;

	private final InstantSource clock;

	OrganizationFactory(SentryProperties properties, InstantSource clock) {
		this.properties = properties;
		this.clock = clock;
		this.timeouts = new Timeouts(positive("sentry.connect-timeout", properties.connectTimeout()),
				positive("sentry.read-timeout", properties.readTimeout()), deadline(properties));
		SentryProperties.Pacing pacing = properties.pacing();
		this.pacing = new Pacing(limit("sentry.pacing.requests-per-second", pacing.requestsPerSecond(), MAX_PER_SECOND),
				limit("sentry.pacing.max-concurrent", pacing.maxConcurrent(), MAX_CONCURRENT),
				notNegative("sentry.pacing.max-wait", pacing.maxWait()));
	}

	/**
	 * Finds what is missing for the configured organizations.
	 * @param properties the configuration
	 * @return the faults, none if each organization has all that it needs
	 */
	static List<Fault> findMissing(SentryProperties properties) {
		return sources(properties).stream()
			.flatMap((source) -> Stream.of(
					source.missing(source.baseUrl() == null && source.region() == null, "region",
							"Set it to the region of sentry.io that hosts the organization, such as us or de. For a"
									+ " self-hosted Sentry set " + source.property("base-url") + " instead."),
					source.missing(source.slug() == null, source.slugName(),
							"Set it to the name of the organization as it stands in the addresses of Sentry's pages."),
					source.missing(source.token() == null && source.tokenFile() == null, "token",
							"Set " + source.property("token-file") + " to a file that holds the organization's token"
									+ " for Sentry, or " + source.property("token") + " to the token itself.")))
			.flatMap(Optional::stream)
			.toList();
	}

	/**
	 * All configured organizations.
	 * @return the organizations
	 * @throws InvalidConfigurationException if anything is missing or wrong
	 */
	Organizations create() {
		InvalidConfigurationException.throwIfAny(findMissing(this.properties));
		return new Organizations(sources(this.properties).stream().map(this::organization).toList());
	}

	private static List<Source> sources(SentryProperties root) {
		List<Source> sources = new ArrayList<>();
		sources.add(new Source(Organization.DEFAULT_ALIAS, "sentry", "organization-slug", textOrNull(root.region()),
				textOrNull(root.baseUrl()), textOrNull(root.organizationSlug()), root.token(),
				textOrNull(root.tokenFile()), null, textOrNull(root.sslBundle())));
		root.organizations()
			.forEach((alias,
					further) -> sources.add(new Source(checkedAlias(alias), "sentry.organizations." + alias, "slug",
							textOrNull(further.region()), textOrNull(further.baseUrl()), textOrNull(further.slug()),
							further.token(), textOrNull(further.tokenFile()), further.pacing(),
							textOrNull(further.sslBundle()))));
		return sources;
	}

	private Organization organization(Source source) {
		return new Organization(source.alias(), baseUrl(source), slug(source), token(source), this.timeouts,
				pacing(source), notNegative("sentry.preflight-interval", this.properties.preflightInterval()),
				source.sslBundle());
	}

	private URI baseUrl(Source source) {
		return (source.baseUrl() != null)
				? BaseUrl.parse(source.property("base-url"), source.baseUrl(), this.properties.allowHttp())
				: BaseUrl.ofRegion(source.property("region"), Objects.requireNonNull(source.region()));
	}

	private static String slug(Source source) {
		String slug = Objects.requireNonNull(source.slug());
		if (!SLUG.matcher(slug).matches()) {
			throw new InvalidConfigurationException(source.property(source.slugName()),
					"is not the slug of an organization",
					"Use 1 to 50 lower-case letters, digits, hyphens and underscores, nothing else.");
		}
		return slug;
	}

	private OrganizationToken token(Source source) {
		SecretToken token = source.token();
		String tokenProperty = source.property("token");
		String fileProperty = source.property("token-file");
		if (token != null && source.tokenFile() != null) {
			throw new InvalidConfigurationException(tokenProperty, "and " + fileProperty + " are both set",
					"Keep one of them, preferably the file.");
		}
		if (token == null) {
			return OrganizationToken.from(TokenFile.of(fileProperty, Objects.requireNonNull(source.tokenFile())),
					this.clock);
		}
		token.findFault().ifPresent((fault) -> {
			throw new InvalidConfigurationException(tokenProperty, fault,
					"Set it to the token as Sentry shows it, without quotes and without the word Bearer.");
		});
		return OrganizationToken.of(token, this.clock);
	}

	private static String checkedAlias(String alias) {
		if (!ALIAS.matcher(alias).matches() || alias.equals(Organization.DEFAULT_ALIAS)) {
			throw new InvalidConfigurationException("sentry.organizations", "has an alias that cannot be used",
					"Use lower-case letters, digits and inner hyphens for the names below sentry.organizations. The"
							+ " alias default is taken by the organization of sentry.organization-slug.");
		}
		return alias;
	}

	private Pacing pacing(Source source) {
		SentryProperties.FurtherPacing further = source.pacing();
		if (further == null) {
			return this.pacing;
		}
		String group = source.property("pacing.");
		return new Pacing(
				(further.requestsPerSecond() != null)
						? limit(group + "requests-per-second", further.requestsPerSecond(), MAX_PER_SECOND)
						: this.pacing.requestsPerSecond(),
				(further.maxConcurrent() != null)
						? limit(group + "max-concurrent", further.maxConcurrent(), MAX_CONCURRENT)
						: this.pacing.maxConcurrent(),
				(further.maxWait() != null) ? notNegative(group + "max-wait", further.maxWait())
						: this.pacing.maxWait());
	}

	private static int limit(String property, int value, int max) {
		if (value < 0 || value > max) {
			throw new InvalidConfigurationException(property, "is not a usable limit",
					"Set it to a whole number from 1 to " + max + ", or to 0 for no limit.");
		}
		return value;
	}

	private static Duration notNegative(String property, Duration duration) {
		if (duration.isNegative() || duration.compareTo(LONGEST) > 0) {
			throw new InvalidConfigurationException(property, "is not a usable limit",
					"Set it to at most one hour, such as 500ms or 5s, or to 0.");
		}
		return duration;
	}

	private static Duration positive(String property, Duration duration) {
		if (!duration.isPositive() || duration.compareTo(LONGEST) > 0) {
			throw new InvalidConfigurationException(property, "is not a usable limit",
					"Set it to more than zero and at most one hour, such as 500ms, 8s or 2m.");
		}
		return duration;
	}

	private static Duration deadline(SentryProperties properties) {
		Duration deadline = positive("sentry.deadline", properties.deadline());
		if (deadline.compareTo(SHORTEST_DEADLINE) < 0) {
			throw new InvalidConfigurationException("sentry.deadline", "is shorter than 1s",
					"Set it to at least 1s and to more than sentry.read-timeout, such as 20s.");
		}
		if (properties.readTimeout().compareTo(deadline) > 0) {
			throw new InvalidConfigurationException("sentry.read-timeout", "is longer than sentry.deadline",
					"Set sentry.read-timeout to at most three quarters of sentry.deadline, such as 8s and 20s.");
		}
		if (properties.readTimeout().compareTo(deadline.multipliedBy(3).dividedBy(4)) > 0) {
			logger.warn("sentry.read-timeout is longer than three quarters of sentry.deadline. Calls to Sentry then end"
					+ " with the deadline, and such time-outs count neither for the circuit breaker nor for health.");
		}
		return deadline;
	}

	private static @Nullable String textOrNull(@Nullable String text) {
		return StringUtils.hasText(text) ? text : null;
	}

	/**
	 * What is configured for one organization, and under which names. What is set to
	 * nothing is null.
	 */
	private record Source(String alias, String prefix, String slugName, @Nullable String region,
			@Nullable String baseUrl, @Nullable String slug, @Nullable SecretToken token, @Nullable String tokenFile,
			SentryProperties.@Nullable FurtherPacing pacing, @Nullable String sslBundle) {

		Source {
			token = (token != null && token.isEmpty()) ? null : token;
		}

		String property(String name) {
			return this.prefix + "." + name;
		}

		Optional<Fault> missing(boolean missing, String name, String remedy) {
			return missing ? Optional.of(new Fault(property(name), "is missing", remedy)) : Optional.empty();
		}

	}

}
