package dev.memberproxy.organizations;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

import dev.memberproxy.core.InvalidConfigurationException;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.binder.MeterBinder;

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
	Set<String> organizationAliases(Organizations organizations) {
		return organizations.all().stream().map(Organization::alias).collect(Collectors.toUnmodifiableSet());
	}

	/** The age of each token, its last use, and the failed reads of its file. */
	@Bean
	MeterBinder tokenMetrics(Organizations organizations) {
		return (registry) -> organizations.all().forEach((organization) -> bind(organization, registry));
	}

	private static void bind(Organization organization, MeterRegistry registry) {
		gauge("members.token.age", "Time since the current token was read", organization,
				(token) -> seconds(token.age()))
			.register(registry);
		gauge("members.token.last.success", "Time since Sentry last accepted the current token", organization,
				(token) -> token.sinceAccepted().map(OrganizationConfiguration::seconds).orElse(Double.NaN))
			.register(registry);
		FunctionCounter.builder("members.token.reload.failures", organization.token(), OrganizationToken::failures)
			.description("Failed attempts to read the token file")
			.tag("organization", organization.alias())
			.register(registry);
	}

	private static TimeGauge.Builder<OrganizationToken> gauge(String name, String description,
			Organization organization, ToDoubleFunction<OrganizationToken> value) {
		return TimeGauge.builder(name, organization.token(), TimeUnit.SECONDS, value)
			.description(description)
			.tag("organization", organization.alias());
	}

	private static double seconds(Duration duration) {
		return duration.toMillis() / (double) TimeUnit.SECONDS.toMillis(1);
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
