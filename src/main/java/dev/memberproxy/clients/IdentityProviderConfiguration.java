package dev.memberproxy.clients;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

import dev.memberproxy.clients.AccessProperties.Access;
import dev.memberproxy.core.InvalidConfigurationException;
import dev.memberproxy.core.OutboundProxy;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** The identity provider, if there is one and its tokens are asked for. */
@Configuration(proxyBeanMethods = false)
@Conditional(IdentityProviderConfiguration.OnIssuer.class)
class IdentityProviderConfiguration {

	@Bean
	JwtSettings jwtSettings(AccessProperties properties) {
		return JwtSettings.of(Objects.requireNonNull(properties.jwt().issuer()), properties.jwt());
	}

	@Bean
	IdentityProvider identityProvider(JwtSettings settings, AccessProperties properties, SslBundles sslBundles,
			OutboundProxy proxy) {
		String bundle = properties.jwt().sslBundle();
		if (bundle != null && !sslBundles.getBundleNames().contains(bundle)) {
			throw new InvalidConfigurationException("members.jwt.ssl-bundle", "names an SSL bundle that is not defined",
					"Define it under spring.ssl.bundle, or correct its name.");
		}
		long start = System.nanoTime();
		return new IdentityProvider(new KeySetClient(settings.issuer(),
				() -> (bundle != null) ? sslBundles.getBundle(bundle) : null, proxy),
				() -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
	}

	@Bean
	IdentityProviderCheck identityProviderCheck(IdentityProvider identityProvider) {
		return new IdentityProviderCheck(identityProvider);
	}

	@Bean
	IdentityProviderHealth identityProviderHealthIndicator(IdentityProvider identityProvider) {
		return new IdentityProviderHealth(identityProvider);
	}

	@Bean
	MeterBinder identityProviderMetrics(IdentityProvider identityProvider) {
		return (registry) -> TimeGauge
			.builder("members.identity.provider.keys.age", identityProvider, TimeUnit.MILLISECONDS,
					(provider) -> provider.keysAge().map(Duration::toMillis).map(Long::doubleValue).orElse(Double.NaN))
			.description("Time since the keys of the identity provider in use were fetched")
			.register(registry);
	}

	/** A blank issuer, such as a variable that was left empty, counts as absent. */
	static final class OnIssuer implements Condition {

		@Override
		public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
			Environment environment = context.getEnvironment();
			return isSet(environment.getProperty("members.jwt.issuer"))
					&& !Access.OPEN.name().equalsIgnoreCase(environment.getProperty("members.access", "").strip());
		}

		private static boolean isSet(@Nullable String value) {
			return value != null && !value.isBlank();
		}

	}

}
