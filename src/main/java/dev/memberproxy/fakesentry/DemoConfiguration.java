package dev.memberproxy.fakesentry;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Profile;
import org.springframework.core.env.ConfigurableEnvironment;

/** What the profile {@code demo} adds to the service. */
@Configuration(proxyBeanMethods = false)
@Profile("demo")
class DemoConfiguration {

	@Bean
	static DemoSentry demoSentry(ConfigurableEnvironment environment) {
		return new DemoSentry(environment);
	}

	@Bean
	DemoGreeting demoGreeting(ConfigurableEnvironment environment) {
		return new DemoGreeting(environment);
	}

}
