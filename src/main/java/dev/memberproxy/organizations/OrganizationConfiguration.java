package dev.memberproxy.organizations;

import dev.memberproxy.core.InvalidConfigurationException;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import java.util.stream.Collectors;

import org.springframework.boot.autoconfigure.context.LifecycleProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.ConfigurableEnvironment;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({ SentryProperties.class, ProxyProperties.class })
class OrganizationConfiguration {

	private static final Duration TOKEN_FILE_INTERVAL = Duration.ofSeconds(5);

	@Bean
	static ConfigurationCheck configurationCheck(ConfigurableEnvironment environment) {
		return new ConfigurationCheck(environment);
	}

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
	Set<String> organizationAliases(Organizations organizations) {
		return organizations.all().stream().map(Organization::alias).collect(Collectors.toUnmodifiableSet());
	}

	@Bean
	OutboundProxy outboundProxy(ProxyProperties properties, ConfigurableEnvironment environment) {
		return OutboundProxy.of(properties, environment);
	}

	@Bean
	TokenFilePolling tokenFilePolling(Organizations organizations) {
		return new TokenFilePolling(organizations.all().stream().map(Organization::token).toList(),
				TOKEN_FILE_INTERVAL);
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
