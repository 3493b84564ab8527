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
 * The whole service on a port, with a scripted Sentry behind it. Tests ask faster than
 * the pace allows, and what is only good to know is not asked for when there is no room.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = { "management.server.port=0", "sentry.organization-slug=acme", "sentry.token=" + WireTests.TOKEN,
				"sentry.connect-timeout=500ms", "sentry.read-timeout=600ms", "sentry.deadline=4s",
				"sentry.pacing.requests-per-second=0", "members.access=open" })
@EnableWireMock(@ConfigureWireMock(baseUrlProperties = "sentry.base-url"))
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface WireTests {

	/** The token that must reach Sentry and nobody else. */
	String TOKEN = "sntryu-wire-test-token-0123456789";

	/** The path of Sentry's SCIM users. */
	String USERS = "/api/0/organizations/acme/scim/v2/Users";

}
