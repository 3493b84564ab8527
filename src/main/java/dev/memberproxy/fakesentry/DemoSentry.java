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
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.util.StringUtils;

/**
 * Starts a fake Sentry and points the service to it. A post-processor of the bean
 * factory, because the properties have to be there before the first bean binds them.
 */
final class DemoSentry implements BeanFactoryPostProcessor, Ordered, DisposableBean {

	private static final String SLUG = "demo";

	/** Longer than the service waits for an answer. */
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
			.addFirst(new DemoPropertySource(Map.of("sentry.base-url", started.baseUrl().toString(),
					"sentry.organization-slug", SLUG, "sentry.token", token)));
	}

	/** Before the check of the configuration, which would miss the properties. */
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
		binder.bind("sentry", Credentials.class).ifBound((root) -> configured.put("sentry", root));
		binder.bind("sentry.organizations", Bindable.mapOf(String.class, Credentials.class))
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
	 * What gives access to a real organization.
	 *
	 * @param token the token itself
	 * @param tokenFile a file that holds the token
	 */
	record Credentials(@Nullable String token, @Nullable String tokenFile) {

		@Override
		public String toString() {
			return "Credentials";
		}

	}

}
