package dev.memberproxy.delivery;

import java.time.Clock;
import java.util.Random;

import dev.memberproxy.organizations.Organizations;
import dev.memberproxy.sentry.SentryGateway;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.tracing.Tracer;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class DeliveryConfiguration {

	@Bean
	Lines lines(Organizations organizations, SentryGateway gateway, MeterRegistry meterRegistry,
			ObjectProvider<Tracer> tracer) {
		return Lines.of(organizations, gateway, System::nanoTime, Clock.systemUTC(), meterRegistry,
				tracer.getIfAvailable(() -> Tracer.NOOP));
	}

	@Bean
	MemberDelivery memberDelivery(Lines lines) {
		return new MemberDelivery(lines, new Random(), System::nanoTime);
	}

	@Bean
	SentryHealth sentryHealthIndicator(Lines lines) {
		return new SentryHealth(lines);
	}

	@Bean
	Preflight preflight(Lines lines, MemberDelivery delivery) {
		return new Preflight(lines, delivery);
	}

}
