package dev.memberproxy.fakesentry;

import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

import dev.memberproxy.core.InvalidConfigurationException;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.handler.IgnoreErrorsBindHandler;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.util.StringUtils;

/**
 * Starts a fake Sentry and configures the service to use it. A bean factory
 * post-processor: the properties must exist before the first bean binds them.
 */
final class DemoSentry implements BeanFactoryPostProcessor, Ordered, DisposableBean {

	private static final String SLUG = "demo";

	/** Longer than the default {@code sentry.read-timeout}. */
	private static final Duration SLOWNESS = Duration.ofSeconds(10);

	private final ConfigurableEnvironment environment;

	private @Nullable FakeSentry sentry;

	DemoSentry(ConfigurableEnvironment environment) {
		this.environment = environment;
	}

	@Override
	public void postProcessBeanFactory(ConfigurableListableBeanFactory beanFactory) {
		refuseRealTokens(Binder.get(this.environment));
		String token = "fake-" + UUID.randomUUID();
		FakeSentry started = FakeSentry.start(token, SLUG, SLOWNESS, InstantSource.system());
		this.sentry = started;
		this.environment.getPropertySources()
			.addFirst(properties(Map.of("sentry.base-url", started.baseUrl().toString(), "sentry.organization-slug",
					SLUG, "sentry.token", token)));
	}

	/** The inherited method shows the token when debug logging is enabled. */
	static PropertySource<?> properties(Map<String, Object> properties) {
		return new MapPropertySource("demoSentry", properties) {

			@Override
			public String toString() {
				return getName();
			}

		};
	}

	/** Before the check for missing properties. */
	@Override
	public int getOrder() {
		return 0;
	}

	@Override
	public void destroy() {
		if (this.sentry != null) {
			this.sentry.close();
		}
	}

	private static void refuseRealTokens(Binder binder) {
		Map<String, Credentials> configured = new LinkedHashMap<>();
		// Values that cannot be read are left to the check of the configuration.
		BindHandler ignoreErrors = new IgnoreErrorsBindHandler();
		binder.bind("sentry", Bindable.of(Credentials.class), ignoreErrors)
			.ifBound((root) -> configured.put("sentry", root));
		binder.bind("sentry.organizations", Bindable.mapOf(String.class, Credentials.class), ignoreErrors)
			.ifBound((further) -> further
				.forEach((alias, credentials) -> configured.put("sentry.organizations." + alias, credentials)));
		configured.forEach((prefix, credentials) -> {
			refuse(prefix + ".token", credentials.token());
			refuse(prefix + ".token-file", credentials.tokenFile());
		});
	}

	private static void refuse(String property, @Nullable String value) {
		if (StringUtils.hasText(value)) {
			throw new InvalidConfigurationException(property,
					"is set, but the profile demo works without a real Sentry",
					"Remove the property to try the service out, or remove the profile demo to work with Sentry.");
		}
	}

	/**
	 * The properties that give access to a real organization.
	 *
	 * @param token a token
	 * @param tokenFile the path of a file with a token
	 */
	record Credentials(@Nullable String token, @Nullable String tokenFile) {

		@Override
		public String toString() {
			return "Credentials";
		}

	}

}
