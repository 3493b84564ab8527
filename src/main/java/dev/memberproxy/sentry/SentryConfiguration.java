package dev.memberproxy.sentry;

import java.time.InstantSource;

import dev.memberproxy.organizations.Organizations;
import dev.memberproxy.core.OutboundProxy;
import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class SentryConfiguration {

	/** More than Sentry's own limit, so that requests never wait for a connection. */
	private static final int MAX_CONNECTIONS = 1024;

	@Bean
	SentryHttpClients sentryHttpClients(Organizations organizations, SslBundles sslBundles, OutboundProxy proxy,
			MeterRegistry meterRegistry) {
		return new SentryHttpClients(organizations, sslBundles, proxy, MAX_CONNECTIONS, meterRegistry);
	}

	@Bean
	SentryGateway sentryGateway(SentryHttpClients clients) {
		return new SentryGateway(clients, InstantSource.system());
	}

}
