package dev.memberproxy.audit;

import io.micrometer.common.KeyValues;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.Tracer;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletRequest;

import org.springframework.boot.web.servlet.FilterRegistration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Profile;
import org.springframework.core.Ordered;
import org.springframework.http.server.observation.DefaultServerRequestObservationConvention;
import org.springframework.http.server.observation.ServerRequestObservationContext;
import org.springframework.http.server.observation.ServerRequestObservationConvention;

@Configuration(proxyBeanMethods = false)
class AuditConfiguration {

	/**
	 * Records the trace that the spans of the request belong to: a new one if the caller
	 * sent none. Comes after the filter that starts the first span.
	 */
	@Bean
	@FilterRegistration(order = Ordered.HIGHEST_PRECEDENCE + 10)
	@Profile("tracing")
	Filter traceFilter(Tracer tracer) {
		return (request, response, chain) -> {
			Span span = tracer.currentSpan();
			if (span != null) {
				AuditRecord.find((HttpServletRequest) request)
					.ifPresent((auditRecord) -> auditRecord.traceId(span.context().traceId()));
			}
			chain.doFilter(request, response);
		};
	}

	/** The path of a request may contain an address, and many people can read spans. */
	@Bean
	ServerRequestObservationConvention serverRequestObservationConvention() {
		return new DefaultServerRequestObservationConvention() {

			@Override
			public KeyValues getHighCardinalityKeyValues(ServerRequestObservationContext context) {
				return KeyValues.empty();
			}

		};
	}

	/** Outermost. Also on the forward to the error page, which writes log lines. */
	@Bean
	@FilterRegistration(order = Ordered.HIGHEST_PRECEDENCE,
			dispatcherTypes = { DispatcherType.REQUEST, DispatcherType.ERROR })
	AuditFilter auditFilter(AuditLog auditLog) {
		return new AuditFilter(auditLog);
	}

}
