package dev.memberproxy.organizations;

import java.time.InstantSource;
import java.util.Set;
import java.util.stream.Collectors;

import dev.memberproxy.core.InvalidConfigurationException;

import org.springframework.boot.autoconfigure.context.LifecycleProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(SentryProperties.class)
class OrganizationConfiguration {

	/**
	 * The shutdown must leave a request that just started its whole deadline.
	 * @throws InvalidConfigurationException if the configuration is invalid
	 */
	@Bean
	Organizations organizations(SentryProperties properties, LifecycleProperties lifecycle) {
		if (properties.deadline().compareTo(lifecycle.getTimeoutPerShutdownPhase()) >= 0) {
			throw new InvalidConfigurationException("spring.lifecycle.timeout-per-shutdown-phase",
					"is not longer than sentry.deadline",
					"Set it to some seconds more. Otherwise requests in progress are aborted when the service stops.");
		}
		return new OrganizationFactory(properties, InstantSource.system()).create();
	}

	@Bean
	TokenReloader tokenReloader(Organizations organizations) {
		return new TokenReloader(organizations);
	}

	@Bean
	Set<String> organizationAliases(Organizations organizations) {
		return organizations.all().stream().map(Organization::alias).collect(Collectors.toUnmodifiableSet());
	}

	@Bean
	TokenMetrics tokenMetrics(Organizations organizations) {
		return new TokenMetrics(organizations);
	}

	/**
	 * Reports the token files that cannot be used, under the name of this method. The
	 * status stays UP: the previous token still works, and a restart would lose it.
	 */
	@Bean
	HealthIndicator tokens(Organizations organizations) {
		return () -> {
			Health.Builder health = Health.up();
			organizations.all()
				.forEach((organization) -> organization.token()
					.findFault()
					.ifPresent((fault) -> health.withDetail(organization.alias(), fault)));
			return health.build();
		};
	}

}
