package dev.memberproxy.channel;

import java.time.InstantSource;
import java.util.Random;

import dev.memberproxy.organizations.Organizations;
import dev.memberproxy.sentry.SentryGateway;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.tracing.Tracer;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class ChannelConfiguration {

	@Bean
	SentryChannels sentryChannels(Organizations organizations, SentryGateway gateway, MeterRegistry meterRegistry,
			ObjectProvider<Tracer> tracer) {
		return new SentryChannels(organizations, gateway, System::nanoTime, InstantSource.system(), new Random(),
				meterRegistry, tracer.getIfAvailable(() -> Tracer.NOOP));
	}

	@Bean
	SentryHealth sentryHealthIndicator(SentryChannels channels) {
		return new SentryHealth(channels);
	}

	@Bean
	Preflight preflight(SentryChannels channels) {
		return new Preflight(channels);
	}

}
