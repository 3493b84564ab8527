package dev.memberproxy.fakesentry;

import java.util.Arrays;
import java.util.stream.Collectors;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.core.env.Environment;

/** Says what can be tried out, as soon as it can. */
final class DemoGreeting implements ApplicationListener<ApplicationReadyEvent> {

	private static final Logger logger = LoggerFactory.getLogger(DemoGreeting.class);

	private final Environment environment;

	DemoGreeting(Environment environment) {
		this.environment = environment;
	}

	@Override
	public void onApplicationEvent(ApplicationReadyEvent event) {
		logger.info(text());
	}

	String text() {
		String url = "http://localhost:" + this.environment.getProperty("local.server.port", "8080")
				+ this.environment.getProperty("server.servlet.context-path", "");
		return """
				Ready to be tried out at %1$s, with a Sentry that only lives in memory.

				Read about all calls, and try them in a browser%2$s:

				  %1$s/docs

				Create a member:

				  %3$s

				Be refused, because the person is a member already:

				  %4$s

				Other addresses show what else can happen, at any domain:

				%5$s""".formatted(url, needsKey() ? ", with the key of one of your clients under \"Authorize\"" : "",
				curl(url, "ada@example.com"), curl(url, "joined@example.com"), magicAddresses());
	}

	private String curl(String url, String userName) {
		return "curl -i " + url + "/members " + (needsKey() ? "-H \"X-API-Key: $MEMBERS_KEY\" " : "")
				+ "-H 'Content-Type: application/json' -d '{\"userName\":\"" + userName
				+ "\",\"sentryOrgRole\":\"member\"}'";
	}

	/** The service knows digests only, so that it cannot name a key. */
	private boolean needsKey() {
		return this.environment.getProperty("members.access", "open").equalsIgnoreCase("clients");
	}

	private static String magicAddresses() {
		return Arrays.stream(MagicAddress.values())
			.map((address) -> "  %-14s %s".formatted(address.localPart() + "@", address.description()))
			.collect(Collectors.joining("\n"));
	}

}
