package dev.memberproxy.server;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Set;

import dev.memberproxy.core.InvalidConfigurationException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.micrometer.tracing.opentelemetry.autoconfigure.otlp.OtlpTracingConnectionDetails;
import org.springframework.boot.micrometer.tracing.opentelemetry.autoconfigure.otlp.OtlpTracingProperties;
import org.springframework.boot.micrometer.tracing.opentelemetry.autoconfigure.otlp.Transport;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Profile;
import org.springframework.core.env.Environment;
import org.springframework.core.env.Profiles;
import org.springframework.util.StringUtils;

@Configuration(proxyBeanMethods = false)
class TracingConfiguration {

	private static final Logger logger = LoggerFactory.getLogger(TracingConfiguration.class);

	private static final String ENDPOINT = "management.opentelemetry.tracing.export.otlp.endpoint";

	private static final String TRANSPORT = "management.opentelemetry.tracing.export.otlp.transport";

	/** The path of OTLP/HTTP for traces. */
	private static final String TRACES = "/v1/traces";

	/** The registered port for OTLP/gRPC. */
	private static final int GRPC_PORT = 4317;

	/** Spans are only sent with both the profile and an endpoint. */
	TracingConfiguration(Environment environment) {
		boolean tracing = environment.acceptsProfiles(Profiles.of("tracing"));
		boolean endpoint = environment.containsProperty(ENDPOINT);
		if (tracing && !endpoint) {
			logger.warn(
					"The profile tracing is active, but no spans are sent, because {} is not set. "
							+ "Set it, or OTEL_EXPORTER_OTLP_ENDPOINT, to an address such as http://collector:4318.",
					ENDPOINT);
		}
		if (endpoint && !tracing) {
			logger
				.warn("{} (OTEL_EXPORTER_OTLP_ENDPOINT) is set, but no spans are sent, because the profile tracing is "
						+ "not active. Add it to SPRING_PROFILES_ACTIVE.", ENDPOINT);
		}
	}

	/**
	 * The collector that receives spans. Spring Boot uses the endpoint as it is, so that
	 * spans to an endpoint without a path, or with the port for gRPC, would be lost.
	 */
	@Bean
	@Profile("tracing")
	@ConditionalOnProperty(ENDPOINT)
	OtlpTracingConnectionDetails otlpCollector(OtlpTracingProperties properties, SslBundles sslBundles) {
		return new OtlpTracingConnectionDetails() {

			@Override
			public String getUrl(Transport transport) {
				return url(transport, properties.getEndpoint());
			}

			@Override
			public @Nullable SslBundle getSslBundle() {
				String bundle = properties.getSsl().getBundle();
				return StringUtils.hasLength(bundle) ? sslBundles.getBundle(bundle) : null;
			}

		};
	}

	private static String url(Transport transport, @Nullable String configured) {
		if (transport != Transport.HTTP) {
			throw new InvalidConfigurationException(TRANSPORT + " (OTEL_EXPORTER_OTLP_PROTOCOL)",
					"is gRPC, which this service does not support",
					"Set it to http (the variable to http/protobuf), and the endpoint to the collector's port for HTTP, usually 4318.");
		}
		URI endpoint = parse(configured);
		if (endpoint.getPort() == GRPC_PORT) {
			logger.warn(
					"{} has port {}, which collectors use for gRPC. This service sends spans over HTTP, so they may be lost. "
							+ "Use the collector's port for HTTP, usually 4318.",
					ENDPOINT, GRPC_PORT);
		}
		boolean hasPath = StringUtils.hasLength(endpoint.getPath()) && !endpoint.getPath().equals("/");
		return hasPath ? endpoint.toString() : endpoint.resolve(TRACES).toString();
	}

	private static URI parse(@Nullable String configured) {
		try {
			URI endpoint = new URI((configured != null) ? configured.strip() : "");
			String scheme = (endpoint.getScheme() != null) ? endpoint.getScheme().toLowerCase(Locale.ROOT) : "";
			if (Set.of("http", "https").contains(scheme) && endpoint.getHost() != null) {
				return endpoint;
			}
		}
		catch (URISyntaxException ex) {
			// Its message contains the value, which may contain a password.
		}
		throw new InvalidConfigurationException(ENDPOINT + " (OTEL_EXPORTER_OTLP_ENDPOINT)",
				"is not the address of a collector", "Set it to an address such as http://collector:4318.");
	}

}
