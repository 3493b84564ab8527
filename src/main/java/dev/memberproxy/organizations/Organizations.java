package dev.memberproxy.organizations;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.scheduling.annotation.Scheduled;

/** The organizations that are configured, by alias. */
public final class Organizations {

	private static final Logger logger = LoggerFactory.getLogger(Organizations.class);

	private final Map<String, Organization> byAlias;

	/**
	 * @param organizations organizations with different aliases
	 */
	public Organizations(Collection<Organization> organizations) {
		this.byAlias = organizations.stream()
			.collect(Collectors.toUnmodifiableMap(Organization::alias, Function.identity()));
	}

	public Optional<Organization> find(String alias) {
		return Optional.ofNullable(this.byAlias.get(alias));
	}

	public Collection<Organization> all() {
		return this.byAlias.values();
	}

	/**
	 * Reads the token files again. A watched directory would report a change sooner, but
	 * not every kind of mount reports changes.
	 */
	@Scheduled(fixedDelay = 5, timeUnit = TimeUnit.SECONDS)
	void reloadTokens() {
		all().forEach((organization) -> reload(organization.token()));
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
