package dev.memberproxy;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.wiremock.spring.ConfigureWireMock;
import org.wiremock.spring.EnableWireMock;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;

/**
 * The complete service on a port, with a stubbed Sentry. The rate limit is off, because
 * the service skips best-effort lookups while requests are queued.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = { "management.server.port=0", "sentry.organization-slug=acme", "sentry.token=" + WireTests.TOKEN,
				"sentry.connect-timeout=500ms", "sentry.read-timeout=600ms", "sentry.deadline=4s",
				"sentry.pacing.requests-per-second=0", "members.access=open" })
@EnableWireMock(@ConfigureWireMock(baseUrlProperties = "sentry.base-url"))
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface WireTests {

	/** The token that is sent only to Sentry. */
	String TOKEN = "sntryu-wire-test-token-0123456789";

	/** The path of SCIM users. */
	String USERS = "/api/0/organizations/acme/scim/v2/Users";

}
