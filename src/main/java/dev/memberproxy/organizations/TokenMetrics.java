package dev.memberproxy.organizations;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.binder.MeterBinder;

/** The age of each token, its last use, and the failed reads of its file. */
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
		gauge("members.token.age", "Time since the current token was read", organization,
				(token) -> seconds(token.age()))
			.register(registry);
		gauge("members.token.last.success", "Time since Sentry last accepted the current token", organization,
				(token) -> token.sinceAccepted().map(TokenMetrics::seconds).orElse(Double.NaN))
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

}
