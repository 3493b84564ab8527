package dev.memberproxy.server;

import java.time.Duration;

import dev.memberproxy.core.InvalidConfigurationException;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.servlet.DispatcherType;
import org.apache.coyote.AbstractProtocol;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

import org.springframework.boot.actuate.autoconfigure.web.server.ManagementPortType;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.servlet.FilterRegistration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(ServerConfiguration.ShutdownProperties.class)
class ServerConfiguration {

	/**
	 * @throws InvalidConfigurationException if health and metrics, which need no key,
	 * would be on the port for callers
	 */
	ServerConfiguration(Environment environment) {
		if (ManagementPortType.get(environment) == ManagementPortType.SAME) {
			throw new InvalidConfigurationException("management.server.port",
					"is missing, or is the port of the service",
					"Set it to another port, such as 8081, that only monitoring can reach: its endpoints need no key.");
		}
	}

	/**
	 * Outside of all filters that may respond, and also for error dispatches, which are
	 * the only ones for requests that Tomcat rejects.
	 */
	@Bean
	@FilterRegistration(order = Ordered.HIGHEST_PRECEDENCE + 1,
			dispatcherTypes = { DispatcherType.REQUEST, DispatcherType.ERROR })
	Drain drain(ShutdownProperties properties) {
		return new Drain(properties.drain());
	}

	/** Last, so that bodies of unauthenticated callers are not read. */
	@Bean
	@FilterRegistration(order = Ordered.LOWEST_PRECEDENCE)
	EmptyBodyFilter emptyBodyFilter() {
		return new EmptyBodyFilter();
	}

	@Bean
	WebServerFactoryCustomizer<TomcatServletWebServerFactory> connector(MeterRegistry meterRegistry) {
		return (factory) -> {
			factory.setProtocol(UnderscoreHostProtocol.class.getName());
			factory.addConnectorCustomizers((connector) -> {
				// A body is only requested (RFC 9110 section 10.1.1) once it is read, so
				// not for requests that are rejected before.
				connector.setProperty("continueResponseTiming", "onRead");
				// Instead of 8 KB. A connection keeps both while its request waits for
				// Sentry: 1,000 of them take 12 MB less of the heap.
				connector.setProperty("socket.appReadBufSize", "2048");
				connector.setProperty("socket.appWriteBufSize", "2048");
				bindConnections((AbstractProtocol<?>) connector.getProtocolHandler(), meterRegistry);
			});
		};
	}

	/** Micrometer's own meters need MBeans, of which Tomcat makes one per connection. */
	private static void bindConnections(AbstractProtocol<?> protocol, MeterRegistry meterRegistry) {
		Gauge.builder("members.connections", protocol, AbstractProtocol::getConnectionCount)
			.description("Open connections of callers, including idle ones")
			.register(meterRegistry);
		Gauge.builder("members.connections.limit", protocol, AbstractProtocol::getMaxConnections)
			.description("The most connections of callers that can be open at the same time")
			.register(meterRegistry);
	}

	@Bean
	@ConditionalOnProperty(name = "server.forward-headers-strategy", havingValue = "framework")
	WebServerFactoryCustomizer<TomcatServletWebServerFactory> usableForwardedHeaders() {
		return (factory) -> factory.addContextValves(new ForwardedHeadersValve());
	}

	/**
	 * How the service stops.
	 *
	 * @param drain how long requests are accepted after the service was told to stop,
	 * while it reports that it is not ready; 0 to accept none
	 */
	@ConfigurationProperties("members.shutdown")
	record ShutdownProperties(@DefaultValue("5s") @DurationMin(message = ShutdownProperties.FAULT) @DurationMax(
			seconds = 25, message = ShutdownProperties.FAULT) Duration drain) {

		/** Most platforms kill a service after 30 s. */
		private static final String FAULT = "is not a usable time|Set it to at most 25s, such as 5s, or to 0.";

	}

}
