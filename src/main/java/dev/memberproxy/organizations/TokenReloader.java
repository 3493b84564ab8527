package dev.memberproxy.organizations;

import java.util.concurrent.TimeUnit;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Reads the token files again and again. A watched directory would report a change
 * sooner, but not every kind of mount reports changes.
 */
@Component
final class TokenReloader {

	private static final Logger logger = LoggerFactory.getLogger(TokenReloader.class);

	private final Organizations organizations;

	TokenReloader(Organizations organizations) {
		this.organizations = organizations;
	}

	@Scheduled(fixedDelay = 5, timeUnit = TimeUnit.SECONDS)
	void reload() {
		this.organizations.all().forEach((organization) -> reload(organization.token()));
	}

	/** A failure for one organization must not end the rotation for the others. */
	private static void reload(OrganizationToken token) {
		try {
			token.reload();
		}
		catch (RuntimeException ex) {
			logger.error("A token file could not be read again", ex);
		}
	}

}
