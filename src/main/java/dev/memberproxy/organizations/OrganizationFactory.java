package dev.memberproxy.organizations;

import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import dev.memberproxy.core.InvalidConfigurationException;
import dev.memberproxy.core.InvalidConfigurationException.Fault;
import dev.memberproxy.core.SecretFile;
import dev.memberproxy.organizations.Organization.Pacing;
import dev.memberproxy.organizations.Organization.Timeouts;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.util.StringUtils;

/**
 * Checks the configuration of the organizations and creates them. A property with an
 * empty value counts as not set: Docker Compose passes unset variables as empty ones.
 */
final class OrganizationFactory {

	private static final Logger logger = LoggerFactory.getLogger(OrganizationFactory.class);

	private static final Pattern SLUG = Pattern.compile("[a-z0-9_-]{1,50}");

	private static final Pattern ALIAS = Pattern.compile("[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?");

	private final SentryProperties properties;

	private final Timeouts timeouts;

	private final Pacing pacing;

	private final InstantSource clock;

	OrganizationFactory(SentryProperties properties, InstantSource clock) {
		this.properties = properties;
		this.clock = clock;
		checkTimeouts(properties);
		this.timeouts = new Timeouts(properties.connectTimeout(), properties.readTimeout(), properties.deadline());
		SentryProperties.Pacing pacing = properties.pacing();
		this.pacing = new Pacing(pacing.requestsPerSecond(), pacing.maxConcurrent(), pacing.maxWait());
	}

	private static void checkTimeouts(SentryProperties properties) {
		Duration deadline = properties.deadline();
		if (properties.readTimeout().compareTo(deadline) > 0) {
			throw new InvalidConfigurationException("sentry.read-timeout", "is longer than sentry.deadline",
					"Set sentry.read-timeout to at most three quarters of sentry.deadline, such as 8s and 20s.");
		}
		if (properties.readTimeout().compareTo(deadline.multipliedBy(3).dividedBy(4)) > 0) {
			logger.warn("sentry.read-timeout is longer than three quarters of sentry.deadline. Requests to Sentry then"
					+ " end with the deadline, and such timeouts count neither for the circuit breaker nor for health.");
		}
	}

	/** The faults of all organizations that lack a required property. */
	static List<Fault> findMissing(SentryProperties properties) {
		return sources(properties).stream()
			.flatMap((source) -> Stream.of(
					source.missing(source.baseUrl() == null && source.region() == null, "region",
							"Set it to the region of sentry.io that hosts the organization, such as us or de. For a"
									+ " self-hosted Sentry set " + source.property("base-url") + " instead."),
					source.missing(source.slug() == null, source.slugName(),
							"Set it to the name of the organization as it appears in the addresses of Sentry's pages."),
					source.missing(source.token() == null && source.tokenFile() == null, "token",
							"Set " + source.property("token-file") + " to a file that contains the organization's token"
									+ " for Sentry, or " + source.property("token") + " to the token itself.")))
			.flatMap(Optional::stream)
			.toList();
	}

	/**
	 * Creates all configured organizations.
	 * @throws InvalidConfigurationException if a value is missing or invalid
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
				pacing(source.pacing()), this.properties.preflightInterval(), source.sslBundle());
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
			return OrganizationToken.from(
					SecretFile.of(fileProperty, Objects.requireNonNull(source.tokenFile()), "organization's token"),
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

	private Pacing pacing(SentryProperties.@Nullable FurtherPacing own) {
		if (own == null) {
			return this.pacing;
		}
		return new Pacing(Objects.requireNonNullElse(own.requestsPerSecond(), this.pacing.requestsPerSecond()),
				Objects.requireNonNullElse(own.maxConcurrent(), this.pacing.maxConcurrent()),
				Objects.requireNonNullElse(own.maxWait(), this.pacing.maxWait()));
	}

	private static @Nullable String textOrNull(@Nullable String text) {
		return StringUtils.hasText(text) ? text : null;
	}

	/**
	 * The configuration of one organization, and the names of its properties. Empty
	 * values are null.
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
