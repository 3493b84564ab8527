package dev.memberproxy.server;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.micrometer.tracing.opentelemetry.autoconfigure.otlp.OtlpTracingProperties;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Profile;
import org.springframework.core.env.Environment;
import org.springframework.core.env.Profiles;

@Configuration(proxyBeanMethods = false)
class TracingConfiguration {

	private static final Logger logger = LoggerFactory.getLogger(TracingConfiguration.class);

	/** Spans are only sent with both the profile and an endpoint. */
	TracingConfiguration(Environment environment) {
		boolean tracing = environment.acceptsProfiles(Profiles.of("tracing"));
		boolean endpoint = environment.containsProperty(OtlpCollector.ENDPOINT);
		if (tracing && !endpoint) {
			logger.warn(
					"The profile tracing is active, but no spans are sent, because {} is not set. "
							+ "Set it, or OTEL_EXPORTER_OTLP_ENDPOINT, to an address such as http://collector:4318.",
					OtlpCollector.ENDPOINT);
		}
		if (endpoint && !tracing) {
			logger
				.warn("{} (OTEL_EXPORTER_OTLP_ENDPOINT) is set, but no spans are sent, because the profile tracing is "
						+ "not active. Add it to SPRING_PROFILES_ACTIVE.", OtlpCollector.ENDPOINT);
		}
	}

	@Bean
	@Profile("tracing")
	@ConditionalOnProperty(OtlpCollector.ENDPOINT)
	OtlpCollector otlpCollector(OtlpTracingProperties properties, SslBundles sslBundles) {
		return new OtlpCollector(properties, sslBundles);
	}

}
