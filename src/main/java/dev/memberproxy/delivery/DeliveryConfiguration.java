package dev.memberproxy.delivery;

import java.time.Clock;
import java.util.Random;

import dev.memberproxy.organizations.Organizations;
import dev.memberproxy.sentry.SentryGateway;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class DeliveryConfiguration {

	@Bean
	MemberDelivery memberDelivery(Organizations organizations, SentryGateway gateway) {
		return new MemberDelivery(organizations, gateway, new Random(), System::nanoTime, Clock.systemUTC());
	}

}
