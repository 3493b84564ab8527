package dev.memberproxy.clients;

import java.time.Duration;

import dev.memberproxy.clients.KeySetFetch.Unreachable;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;

/**
 * Reports whether tokens can be verified, and whether the identity provider responded
 * last. No part of readiness: callers with keys are served without it.
 */
final class IdentityProviderHealth implements HealthIndicator {

	private final IdentityProvider identityProvider;

	IdentityProviderHealth(IdentityProvider identityProvider) {
		this.identityProvider = identityProvider;
	}

	@Override
	public Health health() {
		if (!this.identityProvider.wasAsked()) {
			return Health.unknown().build();
		}
		int keys = this.identityProvider.keys();
		Health.Builder health = Health.status((keys > 0) ? Status.UP : Status.DOWN).withDetail("keys", keys);
		this.identityProvider.keysAge()
			.map(Duration::toSeconds)
			.ifPresent((age) -> health.withDetail("ageSeconds", age));
		this.identityProvider.findFailure()
			.ifPresentOrElse((failure) -> health.withDetail("reachable", !(failure instanceof Unreachable))
				.withDetail("cause", failure.cause())
				.withDetail("remedy", failure.remedy()), () -> health.withDetail("reachable", true));
		return health.build();
	}

}
