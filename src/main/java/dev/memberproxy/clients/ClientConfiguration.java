package dev.memberproxy.clients;

import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import dev.memberproxy.clients.AccessProperties.Access;
import dev.memberproxy.core.InvalidConfigurationException;
import dev.memberproxy.core.OutboundProxy;
import dev.memberproxy.problem.Problem;
import dev.memberproxy.problem.ProblemException;
import dev.memberproxy.problem.ProblemResponder;
import dev.memberproxy.problem.ProblemType;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.security.autoconfigure.actuate.web.servlet.EndpointRequest;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.http.HttpHeaders;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.ObjectPostProcessor;
import org.springframework.security.config.annotation.web.configurers.HeadersConfigurer;
import org.springframework.security.config.observation.SecurityObservationSettings;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.intercept.AuthorizationFilter;
import org.springframework.security.web.context.NullSecurityContextRepository;
import org.springframework.security.web.firewall.RequestRejectedHandler;
import org.springframework.security.web.firewall.StrictHttpFirewall;
import org.springframework.security.web.header.HeaderWriterFilter;
import org.springframework.security.web.header.writers.StaticHeadersWriter;
import org.springframework.util.StringUtils;

/** Spring Security without sessions, forms and cookies: clients send credentials. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(AccessProperties.class)
class ClientConfiguration {

	private static final Logger logger = LoggerFactory.getLogger(ClientConfiguration.class);

	/**
	 * For the problem pages, which have an inline style sheet. The API page sets its own.
	 */
	private static final String CONTENT_SECURITY_POLICY = "default-src 'none'; style-src 'unsafe-inline';"
			+ " frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

	@Bean
	SecurityFilterChain securityFilterChain(HttpSecurity http, AccessProperties properties,
			@Qualifier("organizationAliases") Set<String> organizations, MeterRegistry meterRegistry,
			ProblemResponder responder, ObjectProvider<Quotas> quotas, Optional<IdentityProvider> identityProvider) {
		Filter filter = switch (properties.access()) {
			case CLIENTS -> {
				Clients clients = new ClientFactory(properties, organizations,
						quotas.getIfAvailable(() -> (_, limit) -> new LocalQuota(limit, System::nanoTime)))
					.create();
				JwtVerifier verifier = identityProvider
					.map((present) -> new JwtVerifier(Objects.requireNonNull(properties.jwt().issuer()),
							properties.jwt(), present, clients, Clock.systemUTC()))
					.orElse(null);
				yield new ClientFilter(new ClientAuthenticator(clients, verifier, meterRegistry), responder);
			}
			case OPEN -> {
				logger.warn("members.access is open: every caller that can reach this service can add members");
				yield new AnonymousAccessFilter(Client.anonymous(organizations), responder);
			}
		};
		return http.csrf(AbstractHttpConfigurer::disable)
			.cors(AbstractHttpConfigurer::disable)
			.logout(AbstractHttpConfigurer::disable)
			.requestCache(AbstractHttpConfigurer::disable)
			.anonymous(AbstractHttpConfigurer::disable)
			.servletApi(AbstractHttpConfigurer::disable)
			.sessionManagement(AbstractHttpConfigurer::disable)
			.securityContext((context) -> context.securityContextRepository(new NullSecurityContextRepository()))
			.headers((headers) -> headers
				.contentSecurityPolicy((policy) -> policy.policyDirectives(CONTENT_SECURITY_POLICY))
				// The default adds headers for HTTP/1.0.
				.cacheControl(HeadersConfigurer.CacheControlConfig::disable)
				.addHeaderWriter(new StaticHeadersWriter(HttpHeaders.CACHE_CONTROL, "no-store"))
				// Browsers ignore it.
				.xssProtection(HeadersConfigurer.XXssConfig::disable)
				.withObjectPostProcessor(headersFirst()))
			.addFilterBefore(filter, AuthorizationFilter.class)
			.authorizeHttpRequests((requests) -> requests.requestMatchers("/members/**", "/organizations/**")
				.authenticated()
				.requestMatchers("/", "/problems/**", "/docs/**", "/openapi.*")
				.permitAll()
				.dispatcherTypeMatchers(DispatcherType.ERROR)
				.permitAll()
				// On the management port only.
				.requestMatchers(EndpointRequest.toAnyEndpoint(), EndpointRequest.toLinks())
				.permitAll()
				.anyRequest()
				.authenticated())
			.exceptionHandling((handling) -> handling.authenticationEntryPoint((request, response, _) -> {
				ProblemException missing = AuthenticationProblems.missing();
				responder.respond(request, response, missing.getProblem(), missing);
			}))
			.build();
	}

	/** Requests are measured as a whole, not for each filter. */
	@Bean
	SecurityObservationSettings securityObservationSettings() {
		return SecurityObservationSettings.noObservations();
	}

	/**
	 * By default each response is wrapped to write the headers last. CPU per request:
	 * 0.95.
	 */
	private static ObjectPostProcessor<HeaderWriterFilter> headersFirst() {
		return new ObjectPostProcessor<>() {

			@Override
			public <T extends HeaderWriterFilter> T postProcess(T filter) {
				filter.setShouldWriteHeadersEagerly(true);
				return filter;
			}

		};
	}

	/**
	 * Leaves methods to Spring MVC and header names to Tomcat (RFC 9110 section 5.6.2). A
	 * full stop may be encoded, as in addresses (RFC 3986 section 2.3): paths are matched
	 * as they are written, so an encoded dot segment leads nowhere else.
	 */
	@Bean
	StrictHttpFirewall httpFirewall() {
		StrictHttpFirewall firewall = new StrictHttpFirewall();
		firewall.setUnsafeAllowAnyHttpMethod(true);
		firewall.setAllowUrlEncodedPeriod(true);
		firewall.setAllowedHeaderNames((_) -> true);
		return firewall;
	}

	@Bean
	RequestRejectedHandler requestRejectedHandler(ProblemResponder responder) {
		return (request, response, cause) -> responder.respond(request, response,
				Problem.of(ProblemType.INVALID_REQUEST, "The request is malformed."), cause);
	}

	/** Without an issuer nothing reports the health of an identity provider. */
	@Configuration(proxyBeanMethods = false)
	@Conditional(OnIssuer.class)
	static class IdentityProviderConfiguration {

		@Bean
		IdentityProvider identityProvider(AccessProperties properties, SslBundles sslBundles, OutboundProxy proxy) {
			AccessProperties.Jwt jwt = properties.jwt();
			Issuer issuer = new Issuer(Objects.requireNonNull(jwt.issuer()), jwt.allowHttp());
			String bundle = jwt.sslBundle();
			if (bundle != null && !sslBundles.getBundleNames().contains(bundle)) {
				throw new InvalidConfigurationException("members.jwt.ssl-bundle",
						"names an SSL bundle that is not defined",
						"Define it under spring.ssl.bundle, or correct its name.");
			}
			long start = System.nanoTime();
			return new IdentityProvider(
					new KeySetClient(issuer, () -> (bundle != null) ? sslBundles.getBundle(bundle) : null, proxy,
							KeySetClient.DEFAULT_TIMEOUT),
					() -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
		}

		@Bean
		HealthIndicator identityProviderHealthIndicator(IdentityProvider identityProvider) {
			return identityProvider::health;
		}

		@Bean
		MeterBinder identityProviderMetrics(IdentityProvider identityProvider) {
			return (registry) -> TimeGauge.builder("members.identity.provider.keys.age", identityProvider,
					TimeUnit.MILLISECONDS,
					(provider) -> provider.keysAge().map(Duration::toMillis).map(Long::doubleValue).orElse(Double.NaN))
				.description("Time since the keys of the identity provider in use were fetched")
				.register(registry);
		}

	}

	/** A blank issuer, such as a variable that was left empty, counts as not set. */
	static final class OnIssuer implements Condition {

		@Override
		public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
			Environment environment = context.getEnvironment();
			return StringUtils.hasText(environment.getProperty("members.jwt.issuer"))
					&& !Access.OPEN.name().equalsIgnoreCase(environment.getProperty("members.access", "").strip());
		}

	}

}
