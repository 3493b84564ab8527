package dev.memberproxy.organizations;

import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;

import dev.memberproxy.core.InvalidConfigurationException;
import dev.memberproxy.core.InvalidConfigurationException.Fault;
import dev.memberproxy.core.SecretFile;
import dev.memberproxy.organizations.Organization.Pacing;
import dev.memberproxy.organizations.Organization.Timeouts;
import dev.memberproxy.organizations.SentryProperties.Further;
import dev.memberproxy.organizations.SentryProperties.FurtherPacing;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Checks the configuration of the organizations and creates them. */
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
		List<Fault> faults = new ArrayList<>();
		settings(properties).forEach((alias, settings) -> {
			if (settings.baseUrl() == null && settings.region() == null) {
				faults.add(missing(property(alias, "region"),
						"Set it to the region of sentry.io that hosts the organization, such as us or de. For a"
								+ " self-hosted Sentry set " + property(alias, "base-url") + " instead."));
			}
			if (settings.slug() == null) {
				faults.add(missing(slugProperty(alias),
						"Set it to the name of the organization as it appears in the addresses of Sentry's pages."));
			}
			if (settings.token() == null && settings.tokenFile() == null) {
				faults.add(missing(property(alias, "token"),
						"Set " + property(alias, "token-file") + " to a file that contains the organization's token"
								+ " for Sentry, or " + property(alias, "token") + " to the token itself."));
			}
		});
		return faults;
	}

	private static Fault missing(String property, String remedy) {
		return new Fault(property, "is missing", remedy);
	}

	/**
	 * Creates all configured organizations.
	 * @throws InvalidConfigurationException if a value is missing or invalid
	 */
	Organizations create() {
		InvalidConfigurationException.throwIfAny(findMissing(this.properties));
		List<Organization> organizations = new ArrayList<>();
		settings(this.properties).forEach((alias, settings) -> organizations.add(organization(alias, settings)));
		return new Organizations(organizations);
	}

	/** The settings of all organizations by alias, the default organization first. */
	private static Map<String, Further> settings(SentryProperties root) {
		Map<String, Further> settings = new LinkedHashMap<>();
		settings.put(Organization.DEFAULT_ALIAS, new Further(root.region(), root.baseUrl(), root.organizationSlug(),
				root.token(), root.tokenFile(), new FurtherPacing(null, null, null), root.sslBundle()));
		root.organizations().forEach((alias, further) -> settings.put(checkedAlias(alias), further));
		return settings;
	}

	private static String property(String alias, String name) {
		return (alias.equals(Organization.DEFAULT_ALIAS) ? "sentry." : "sentry.organizations." + alias + ".") + name;
	}

	private static String slugProperty(String alias) {
		return property(alias, alias.equals(Organization.DEFAULT_ALIAS) ? "organization-slug" : "slug");
	}

	private Organization organization(String alias, Further settings) {
		return new Organization(alias, baseUrl(alias, settings), slug(alias, settings), token(alias, settings),
				this.timeouts, pacing(settings.pacing()), this.properties.preflightInterval(), settings.sslBundle());
	}

	private URI baseUrl(String alias, Further settings) {
		return (settings.baseUrl() != null)
				? BaseUrl.parse(property(alias, "base-url"), settings.baseUrl(), this.properties.allowHttp())
				: BaseUrl.ofRegion(property(alias, "region"), Objects.requireNonNull(settings.region()));
	}

	private static String slug(String alias, Further settings) {
		String slug = Objects.requireNonNull(settings.slug());
		if (!SLUG.matcher(slug).matches()) {
			throw new InvalidConfigurationException(slugProperty(alias), "is not the slug of an organization",
					"Use 1 to 50 lower-case letters, digits, hyphens and underscores, nothing else.");
		}
		return slug;
	}

	private OrganizationToken token(String alias, Further settings) {
		SecretToken token = settings.token();
		String tokenProperty = property(alias, "token");
		String fileProperty = property(alias, "token-file");
		if (token != null && settings.tokenFile() != null) {
			throw new InvalidConfigurationException(tokenProperty, "and " + fileProperty + " are both set",
					"Keep one of them, preferably the file.");
		}
		if (token == null) {
			return OrganizationToken.from(
					SecretFile.of(fileProperty, Objects.requireNonNull(settings.tokenFile()), "organization's token"),
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

	private Pacing pacing(FurtherPacing own) {
		return new Pacing(Objects.requireNonNullElse(own.requestsPerSecond(), this.pacing.requestsPerSecond()),
				Objects.requireNonNullElse(own.maxConcurrent(), this.pacing.maxConcurrent()),
				Objects.requireNonNullElse(own.maxWait(), this.pacing.maxWait()));
	}

}
