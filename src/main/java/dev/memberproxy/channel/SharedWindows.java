package dev.memberproxy.channel;

import dev.memberproxy.organizations.Organization;

import org.springframework.http.HttpMethod;

/** Makes the shared windows of organizations. */
@FunctionalInterface
public interface SharedWindows {

	/**
	 * The window for an organization and a method.
	 * @param organization the organization
	 * @param method the method, which Sentry counts by
	 * @return the window
	 */
	SharedWindow of(Organization organization, HttpMethod method);

}
