package dev.memberproxy.fakesentry;

import java.util.Arrays;
import java.util.stream.Collectors;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Profile;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;

/** The profile {@code demo}: a fake Sentry, and a greeting that lists requests to try. */
@Configuration(proxyBeanMethods = false)
@Profile("demo")
class DemoConfiguration {

	private static final Logger logger = LoggerFactory.getLogger(DemoConfiguration.class);

	@Bean
	static DemoSentry demoSentry(ConfigurableEnvironment environment) {
		return new DemoSentry(environment);
	}

	@EventListener
	void greet(ApplicationReadyEvent event) {
		logger.info(greeting(event.getApplicationContext().getEnvironment()));
	}

	static String greeting(Environment environment) {
		String url = "http://localhost:" + environment.getProperty("local.server.port", "8080")
				+ environment.getProperty("server.servlet.context-path", "");
		// The service knows the digest of a key only, so that it cannot print one.
		boolean needsKey = environment.getProperty("members.access", "open").equalsIgnoreCase("clients");
		return """
				Ready at %1$s, with a Sentry that exists in memory only.

				Read about all operations, and try them in a browser%2$s:

				  %1$s/docs

				Create a member:

				  %3$s

				Get a conflict, because the person is already a member:

				  %4$s

				Other addresses show other responses of Sentry, at any domain:

				%5$s""".formatted(url, needsKey ? ", with the key of one of your clients under \"Authorize\"" : "",
				curl(url, needsKey, "ada@example.com"), curl(url, needsKey, "joined@example.com"), magicAddresses());
	}

	private static String curl(String url, boolean needsKey, String userName) {
		return "curl -i " + url + "/members " + (needsKey ? "-H \"X-API-Key: $MEMBERS_KEY\" " : "")
				+ "-H 'Content-Type: application/json' -d '{\"userName\":\"" + userName
				+ "\",\"sentryOrgRole\":\"member\"}'";
	}

	private static String magicAddresses() {
		return Arrays.stream(MagicAddress.values())
			.map((address) -> "  %-14s %s".formatted(address.localPart() + "@", address.description()))
			.collect(Collectors.joining("\n"));
	}

}
