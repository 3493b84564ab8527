package dev.memberproxy.organizations;

import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

import dev.memberproxy.organizations.Organization.Pacing;
import dev.memberproxy.organizations.Organization.Timeouts;
import org.jspecify.annotations.Nullable;

import org.springframework.util.StringUtils;

/**
 * Checks the configuration of the organizations and puts them together. A property set to
 * nothing counts as absent: that is what Docker Compose makes of an unset variable.
 */
final class OrganizationFactory {

	private static final Pattern SLUG = Pattern.compile("[a-z0-9_-]{1,50}");

	private static final Pattern ALIAS = Pattern.compile("[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?");

	/** What leaves within a second is kept account of, 8 bytes for each and method. */
	private static final int MAX_PER_SECOND = 100_000;

	/** There are not many more connections to Sentry than that. */
	private static final int MAX_CONCURRENT = 1000;

	private static final Duration LONGEST = Duration.ofHours(1);

	private final SentryProperties properties;

	private final Timeouts timeouts;

	private final Pacing pacing;

	private final InstantSource clock;

	OrganizationFactory(SentryProperties properties, InstantSource clock) {
		this.properties = properties;
		this.clock = clock;
		this.timeouts = new Timeouts(positive("sentry.connect-timeout", properties.connectTimeout()),
				positive("sentry.read-timeout", properties.readTimeout()),
				positive("sentry.deadline", properties.deadline()));
		SentryProperties.Pacing pacing = properties.pacing();
		this.pacing = new Pacing(limit("sentry.pacing.requests-per-second", pacing.requestsPerSecond(), MAX_PER_SECOND),
				limit("sentry.pacing.max-concurrent", pacing.maxConcurrent(), MAX_CONCURRENT),
				notNegative("sentry.pacing.max-wait", pacing.maxWait()));
	}

	/**
	 * All configured organizations.
	 * @return the organizations
	 * @throws InvalidConfigurationException if anything is missing or wrong
	 */
	Organizations create() {
		SentryProperties root = this.properties;
		List<Organization> organizations = new ArrayList<>();
		organizations.add(organization(Organization.DEFAULT_ALIAS,
				new Source("sentry", "organization-slug", root.region(), root.baseUrl(), root.organizationSlug(),
						root.token(), root.tokenFile(), this.pacing, root.sslBundle())));
		root.organizations()
			.forEach((alias,
					further) -> organizations.add(organization(checkedAlias(alias),
							new Source("sentry.organizations." + alias, "slug", further.region(), further.baseUrl(),
									further.slug(), further.token(), further.tokenFile(),
									pacing("sentry.organizations." + alias, further.pacing()), further.sslBundle()))));
		return new Organizations(organizations);
	}

	private Organization organization(String alias, Source source) {
		return new Organization(alias, baseUrl(source), slug(source), token(source), this.timeouts, source.pacing(),
				notNegative("sentry.preflight-interval", this.properties.preflightInterval()),
				textOrNull(source.sslBundle()));
	}

	private URI baseUrl(Source source) {
		String baseUrl = textOrNull(source.baseUrl());
		if (baseUrl != null) {
			return BaseUrl.parse(source.property("base-url"), baseUrl, this.properties.allowHttp());
		}
		String region = textOrNull(source.region());
		if (region == null) {
			throw new InvalidConfigurationException(source.property("region"), "is missing",
					"Set it to the region of sentry.io that hosts the organization, such as us or de. For a self-hosted"
							+ " Sentry set " + source.property("base-url") + " instead.");
		}
		return BaseUrl.ofRegion(source.property("region"), region);
	}

	private static String slug(Source source) {
		String slug = textOrNull(source.slug());
		String property = source.property(source.slugName());
		if (slug == null) {
			throw new InvalidConfigurationException(property, "is missing",
					"Set it to the name of the organization as it stands in the addresses of Sentry's pages.");
		}
		if (!SLUG.matcher(slug).matches()) {
			throw new InvalidConfigurationException(property, "is not the slug of an organization",
					"Use 1 to 50 lower-case letters, digits, hyphens and underscores, nothing else.");
		}
		return slug;
	}

	private OrganizationToken token(Source source) {
		SecretToken token = (source.token() != null && !source.token().isEmpty()) ? source.token() : null;
		String tokenFile = textOrNull(source.tokenFile());
		String tokenProperty = source.property("token");
		String fileProperty = source.property("token-file");
		if (token != null && tokenFile != null) {
			throw new InvalidConfigurationException(tokenProperty, "and " + fileProperty + " are both set",
					"Keep one of them, preferably the file.");
		}
		if (tokenFile != null) {
			return OrganizationToken.from(TokenFile.of(fileProperty, tokenFile), this.clock);
		}
		if (token == null) {
			throw new InvalidConfigurationException(tokenProperty, "is missing",
					"Set " + fileProperty + " to a file that holds the organization's token for Sentry, or "
							+ tokenProperty + " to the token itself.");
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

	private Pacing pacing(String prefix, SentryProperties.FurtherPacing further) {
		String group = prefix + ".pacing.";
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

	private static @Nullable String textOrNull(@Nullable String text) {
		return StringUtils.hasText(text) ? text : null;
	}

	/** What is configured for one organization, and under which names. */
	private record Source(String prefix, String slugName, @Nullable String region, @Nullable String baseUrl,
			@Nullable String slug, @Nullable SecretToken token, @Nullable String tokenFile, Pacing pacing,
			@Nullable String sslBundle) {

		String property(String name) {
			return this.prefix + "." + name;
		}

	}

}
