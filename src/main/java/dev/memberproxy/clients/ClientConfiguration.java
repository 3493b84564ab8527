package dev.memberproxy.clients;

import java.time.Clock;
import java.util.Optional;
import java.util.stream.Collectors;

import dev.memberproxy.organizations.Organization;
import dev.memberproxy.organizations.Organizations;
import dev.memberproxy.problem.Problem;
import dev.memberproxy.problem.ProblemException;
import dev.memberproxy.problem.ProblemResponder;
import dev.memberproxy.problem.ProblemType;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.security.autoconfigure.actuate.web.servlet.EndpointRequest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpHeaders;
import org.springframework.security.config.ObjectPostProcessor;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.annotation.web.configurers.HeadersConfigurer;
import org.springframework.security.config.observation.SecurityObservationSettings;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.intercept.AuthorizationFilter;
import org.springframework.security.web.context.NullSecurityContextRepository;
import org.springframework.security.web.firewall.RequestRejectedHandler;
import org.springframework.security.web.firewall.StrictHttpFirewall;
import org.springframework.security.web.header.HeaderWriterFilter;
import org.springframework.security.web.header.writers.StaticHeadersWriter;

/**
 * Who may call: the clients that are configured, or, where that was asked for, everybody.
 * No sessions, no forms, no cookies, and therefore nothing for a forged request to use.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(AccessProperties.class)
class ClientConfiguration {

	private static final Logger logger = LoggerFactory.getLogger(ClientConfiguration.class);

	/**
	 * The pages about problems have a style sheet of their own and nothing else. A page
	 * that needs more brings its own policy.
	 */
	private static final String CONTENT_SECURITY_POLICY = "default-src 'none'; style-src 'unsafe-inline';"
			+ " frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

	@Bean
	SecurityFilterChain securityFilterChain(HttpSecurity http, AccessProperties properties, Organizations organizations,
			MeterRegistry meterRegistry, ProblemResponder responder, Optional<JwtSettings> jwtSettings,
			Optional<IdentityProvider> identityProvider) {
		return http.csrf(AbstractHttpConfigurer::disable)
			.cors(AbstractHttpConfigurer::disable)
			.logout(AbstractHttpConfigurer::disable)
			.requestCache(AbstractHttpConfigurer::disable)
			.anonymous(AbstractHttpConfigurer::disable)
			// Whoever asks for the client asks the security context, not the servlet API.
			.servletApi(AbstractHttpConfigurer::disable)
			// Each request says anew who calls; nothing is kept for the next one.
			.sessionManagement(AbstractHttpConfigurer::disable)
			.securityContext((context) -> context.securityContextRepository(new NullSecurityContextRepository()))
			.headers((headers) -> headers
				.contentSecurityPolicy((policy) -> policy.policyDirectives(CONTENT_SECURITY_POLICY))
				// Pragma and Expires are for HTTP/1.0, and X-XSS-Protection is for
				// filters that browsers have no more.
				.cacheControl(HeadersConfigurer.CacheControlConfig::disable)
				.addHeaderWriter(new StaticHeadersWriter(HttpHeaders.CACHE_CONTROL, "no-store"))
				.xssProtection(HeadersConfigurer.XXssConfig::disable)
				.withObjectPostProcessor(headersFirst()))
			.addFilterBefore(switch (properties.access()) {
				case CLIENTS -> {
					Clients clients = new ClientFactory(properties, organizations).create();
					yield new ClientFilter(new Credentials(clients, jwtVerifier(jwtSettings, identityProvider, clients),
							meterRegistry), responder);
				}
				case OPEN -> openFilter(organizations, responder);
			}, AuthorizationFilter.class)
			.authorizeHttpRequests(
					// First what is asked for most. The rules are tried one by one, and
					// that for the management port looks for a class by its name.
					(requests) -> requests.requestMatchers("/members/**", "/organizations/**")
						.authenticated()
						.requestMatchers("/", "/problems/**", "/docs/**", "/openapi.*")
						.permitAll()
						// What went wrong before is to be told.
						.dispatcherTypeMatchers(DispatcherType.ERROR)
						.permitAll()
						// On a port of their own.
						.requestMatchers(EndpointRequest.toAnyEndpoint(), EndpointRequest.toLinks())
						.permitAll()
						.anyRequest()
						.authenticated())
			.exceptionHandling((handling) -> handling.authenticationEntryPoint((request, response, _) -> {
				ProblemException missing = Unauthenticated.missing();
				responder.respond(request, response, missing.getProblem(), missing);
			}))
			.build();
	}

	private static @Nullable JwtVerifier jwtVerifier(Optional<JwtSettings> settings,
			Optional<IdentityProvider> identityProvider, Clients clients) {
		return settings
			.map((present) -> new JwtVerifier(present, identityProvider.orElseThrow(), clients, Clock.systemUTC()))
			.orElse(null);
	}

	private static Filter openFilter(Organizations organizations, ProblemResponder responder) {
		logger.warn("members.access is open: whoever can reach this service can give seats in Sentry");
		return new OpenFilter(
				Client.anybody(
						organizations.all().stream().map(Organization::alias).collect(Collectors.toUnmodifiableSet())),
				responder);
	}

	/**
	 * Otherwise each request and response is wrapped once more, to write the headers when
	 * the answer begins. Whoever wants another value sets it.
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

	/** What comes of a request is measured as a whole, not filter by filter. */
	@Bean
	SecurityObservationSettings securityObservationSettings() {
		return SecurityObservationSettings.noObservations();
	}

	/**
	 * Leaves methods to Spring MVC, which says which ones a path has, and names of
	 * headers to Tomcat, which refuses all that are no tokens (RFC 9110 section 5.6.2). A
	 * full stop may be encoded, as it may in any address (RFC 3986 section 2.3): who may
	 * call, and what is called, go by the path as it is written, and never up in it.
	 */
	@Bean
	StrictHttpFirewall httpFirewall() {
		StrictHttpFirewall firewall = new StrictHttpFirewall();
		firewall.setUnsafeAllowAnyHttpMethod(true);
		firewall.setAllowUrlEncodedPeriod(true);
		firewall.setAllowedHeaderNames((_) -> true);
		firewall.setAllowedHeaderValues(ClientConfiguration::holdsNoControls);
		return firewall;
	}

	/**
	 * As the default is, for the 256 characters that a header can hold, but without a
	 * regular expression.
	 */
	private static boolean holdsNoControls(String value) {
		for (int i = 0; i < value.length(); i++) {
			if (Character.isISOControl(value.charAt(i)) && value.charAt(i) != '\t') {
				return false;
			}
		}
		return true;
	}

	@Bean
	RequestRejectedHandler requestRejectedHandler(ProblemResponder responder) {
		return (request, response, cause) -> responder.respond(request, response,
				Problem.of(ProblemType.INVALID_REQUEST, "The request is malformed."), cause);
	}

}
