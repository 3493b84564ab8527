package dev.memberproxy.organizations;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * Tells which token files cannot be used at present. The service is up all the same: the
 * tokens it has read before still work, and a restart would lose them.
 */
final class TokenHealth implements HealthIndicator {

	private final Organizations organizations;

	TokenHealth(Organizations organizations) {
		this.organizations = organizations;
	}

	@Override
	public Health health() {
		Health.Builder health = Health.up();
		this.organizations.all()
			.forEach((organization) -> organization.token()
				.findFault()
				.ifPresent((fault) -> health.withDetail(organization.alias(), fault)));
		return health.build();
	}

}
