package dev.memberproxy.server;

import java.time.Duration;

import dev.memberproxy.core.InvalidConfigurationException;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.servlet.DispatcherType;

import org.springframework.boot.actuate.autoconfigure.web.server.ManagementPortType;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.servlet.FilterRegistration;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;
import org.springframework.web.filter.RequestContextFilter;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(ShutdownProperties.class)
class ServerConfiguration {

	/** Beyond it, platforms lose their patience, and the phase its time. */
	private static final Duration LONGEST = Duration.ofSeconds(25);

	/**
	 * @param environment tells the ports
	 * @throws InvalidConfigurationException if health and metrics, which need no key,
	 * would be at the port of the callers, as they are where their port is set to nothing
	 */
	ServerConfiguration(Environment environment) {
		if (ManagementPortType.get(environment) == ManagementPortType.SAME) {
			throw new InvalidConfigurationException("management.server.port",
					"is missing, or is the port of the service",
					"Set it to another port, such as 8081, that only monitoring can reach: what is there needs no key.");
		}
	}

	/**
	 * Outside of all that may answer by itself, and on the way to the error page, which
	 * is the only one for what the container refuses.
	 */
	@Bean
	@FilterRegistration(order = Ordered.HIGHEST_PRECEDENCE + 1,
			dispatcherTypes = { DispatcherType.REQUEST, DispatcherType.ERROR })
	Drain drain(ShutdownProperties properties) {
		if (properties.drain().isNegative() || properties.drain().compareTo(LONGEST) > 0) {
			throw new InvalidConfigurationException("members.shutdown.drain", "is not a usable time",
					"Set it to at most " + LONGEST.toSeconds() + "s, such as 5s, or to 0.");
		}
		return new Drain(properties.drain());
	}

	/** Last, so that nobody's body is read who may not call. */
	@Bean
	@FilterRegistration(order = Ordered.LOWEST_PRECEDENCE)
	EmptyBodyFilter emptyBodyFilter() {
		return new EmptyBodyFilter();
	}

	/**
	 * Nothing before Spring MVC, which has a context of its own, asks for the present
	 * request.
	 */
	@Bean
	FilterRegistrationBean<RequestContextFilter> noRequestContextFilter() {
		FilterRegistrationBean<RequestContextFilter> registration = new FilterRegistrationBean<>(
				new RequestContextFilter());
		registration.setEnabled(false);
		return registration;
	}

	/**
	 * Asks for a body only when it is about to be read ({@code Expect: 100-continue}, RFC
	 * 9110 section 10.1.1), and not before it is known that the request will be refused.
	 */
	@Bean
	WebServerFactoryCustomizer<TomcatServletWebServerFactory> lateContinue() {
		return (factory) -> factory
			.addConnectorCustomizers((connector) -> connector.setProperty("continueResponseTiming", "onRead"));
	}

	@Bean
	@ConditionalOnProperty(name = "server.forward-headers-strategy", havingValue = "framework")
	WebServerFactoryCustomizer<TomcatServletWebServerFactory> usableForwardedHeaders() {
		return (factory) -> factory.addContextValves(new ForwardedHeadersValve());
	}

	@Bean
	WebServerFactoryCustomizer<TomcatServletWebServerFactory> smallBuffers() {
		return (factory) -> {
			factory.setProtocol(SmallBufferProtocol.class.getName());
			factory.addConnectorCustomizers(new SmallBuffers());
		};
	}

	@Bean
	WebServerFactoryCustomizer<TomcatServletWebServerFactory> callerConnections(MeterRegistry meterRegistry) {
		return (factory) -> factory.addConnectorCustomizers(new CallerConnections(meterRegistry));
	}

}
