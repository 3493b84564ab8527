package dev.memberproxy.delivery;

import java.time.Clock;
import java.util.Random;

import dev.memberproxy.organizations.Organizations;
import dev.memberproxy.sentry.SentryGateway;
import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class DeliveryConfiguration {

	@Bean
	Lines lines(Organizations organizations, SentryGateway gateway, MeterRegistry meterRegistry) {
		return Lines.of(organizations, gateway, System::nanoTime, Clock.systemUTC(), meterRegistry);
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
