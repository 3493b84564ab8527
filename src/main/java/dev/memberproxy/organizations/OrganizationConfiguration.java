package dev.memberproxy.organizations;

import java.nio.file.FileSystems;
import java.time.Duration;
import java.time.InstantSource;

import org.springframework.boot.autoconfigure.context.LifecycleProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(SentryProperties.class)
class OrganizationConfiguration {

	private static final Duration TOKEN_FILE_INTERVAL = Duration.ofSeconds(30);

	/**
	 * All organizations. What may be under way for a deadline has to have that long when
	 * the service stops.
	 */
	@Bean
	Organizations organizations(SentryProperties properties, LifecycleProperties lifecycle) {
		if (properties.deadline().compareTo(lifecycle.getTimeoutPerShutdownPhase()) >= 0) {
			throw new InvalidConfigurationException("spring.lifecycle.timeout-per-shutdown-phase",
					"is not longer than sentry.deadline",
					"Set it to some seconds more, or requests that are under way are cut off when the service stops.");
		}
		return new OrganizationFactory(properties, InstantSource.system()).create();
	}

	@Bean
	TokenFileWatch tokenFileWatch(Organizations organizations) {
		return new TokenFileWatch(organizations.all().stream().map(Organization::token).toList(), TOKEN_FILE_INTERVAL,
				FileSystems.getDefault()::newWatchService);
	}

	@Bean
	TokenMetrics tokenMetrics(Organizations organizations) {
		return new TokenMetrics(organizations);
	}

	/** Its name is the one that the health endpoint shows. */
	@Bean
	TokenHealth tokens(Organizations organizations) {
		return new TokenHealth(organizations);
	}

}
