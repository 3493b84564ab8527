package dev.memberproxy.organizations;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.binder.MeterBinder;

/**
 * Tells of each token how old it is, whether it works, and whether its file can be used.
 */
final class TokenMetrics implements MeterBinder {

	private final Organizations organizations;

	TokenMetrics(Organizations organizations) {
		this.organizations = organizations;
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		this.organizations.all().forEach((organization) -> bind(organization, registry));
	}

	private static void bind(Organization organization, MeterRegistry registry) {
		gauge("members.token.age", "Time since the token in use was read", organization,
				(token) -> seconds(token.age()))
			.register(registry);
		gauge("members.token.last.success", "Time since Sentry last accepted the token in use", organization,
				(token) -> token.sinceAccepted().map(TokenMetrics::seconds).orElse(Double.NaN))
			.register(registry);
		FunctionCounter.builder("members.token.reload.failures", organization.token(), OrganizationToken::failures)
			.description("How often the token's file was found unusable")
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

}
