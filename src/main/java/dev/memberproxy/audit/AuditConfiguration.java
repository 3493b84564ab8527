package dev.memberproxy.audit;

import io.micrometer.common.KeyValues;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.tracing.Tracer;
import jakarta.servlet.DispatcherType;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.servlet.FilterRegistration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Profile;
import org.springframework.core.Ordered;
import org.springframework.http.server.observation.DefaultServerRequestObservationConvention;
import org.springframework.http.server.observation.ServerRequestObservationContext;
import org.springframework.http.server.observation.ServerRequestObservationConvention;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(AuditProperties.class)
class AuditConfiguration {

	@Bean
	AuditLog auditLog(AuditProperties properties, MeterRegistry meterRegistry) {
		return new AuditLog(properties.address(), meterRegistry);
	}

	/** Comes after the filter that makes the first span. */
	@Bean
	@FilterRegistration(order = Ordered.HIGHEST_PRECEDENCE + 10)
	@Profile("tracing")
	TraceFilter traceFilter(Tracer tracer) {
		return new TraceFilter(tracer);
	}

	/** The raw path of a request may hold an address, and spans are read by many. */
	@Bean
	ServerRequestObservationConvention serverRequestObservationConvention() {
		return new DefaultServerRequestObservationConvention() {

			@Override
			public KeyValues getHighCardinalityKeyValues(ServerRequestObservationContext context) {
				return KeyValues.empty();
			}

		};
	}

	/** Outermost. The forward to the error page writes log lines too. */
	@Bean
	@FilterRegistration(order = Ordered.HIGHEST_PRECEDENCE,
			dispatcherTypes = { DispatcherType.REQUEST, DispatcherType.ERROR })
	AuditFilter trailFilter(AuditLog auditLog) {
		return new AuditFilter(auditLog);
	}

}
