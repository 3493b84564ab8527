package dev.memberproxy.channel;

import java.time.Duration;
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
	ChannelTimings channelTimings() {
		return new ChannelTimings(Duration.ofSeconds(5),
				new Backoff(Duration.ofMillis(100), Duration.ofSeconds(2), new Random()));
	}

	@Bean
	SentryChannels sentryChannels(Organizations organizations, SentryGateway gateway,
			ObjectProvider<SharedWindows> windows, ChannelTimings timings, MeterRegistry meterRegistry,
			ObjectProvider<Tracer> tracer) {
		return new SentryChannels(organizations, gateway, windows.getIfAvailable(() -> (_, _) -> SharedWindow.NONE),
				timings, System::nanoTime, InstantSource.system(), meterRegistry,
				tracer.getIfAvailable(() -> Tracer.NOOP));
	}

	@Bean
	SentryHealth sentryHealthIndicator(SentryChannels channels) {
		return new SentryHealth(channels);
	}

	@Bean
	Preflight preflight(SentryChannels channels, ChannelTimings timings) {
		return new Preflight(channels, timings.openDuration());
	}

}
