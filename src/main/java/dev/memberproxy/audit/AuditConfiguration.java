package dev.memberproxy.audit;

import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(AuditProperties.class)
class AuditConfiguration {

	@Bean
	AuditLog auditLog(AuditProperties properties, MeterRegistry meterRegistry) {
		return new AuditLog(properties.address(), meterRegistry);
	}

	@Bean
	TrailFilter trailFilter(AuditLog auditLog) {
		return new TrailFilter(auditLog);
	}

}
