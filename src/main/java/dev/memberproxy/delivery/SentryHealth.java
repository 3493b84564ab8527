package dev.memberproxy.delivery;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;

/**
 * Tells for each organization whether its Sentry can be used, and if not, what may be the
 * cause and what to do. No part of readiness: another instance could do no better.
 */
final class SentryHealth implements HealthIndicator {

	private final SortedMap<String, Line> lines = new TreeMap<>();

	/**
	 * @param lines the ways to Sentry
	 */
	SentryHealth(Lines lines) {
		lines.forEach((organization, line) -> this.lines.put(organization.alias(), line));
	}

	@Override
	public Health health() {
		Map<String, UpstreamHealth> organizations = new LinkedHashMap<>();
		this.lines.forEach((alias, line) -> organizations.put(alias, line.health()));
		Health.Builder health = Health
			.status(worst(organizations.values().stream().map(UpstreamHealth::status).toList()));
		organizations.forEach((alias, upstream) -> health.withDetail(alias, details(upstream)));
		return health.build();
	}

	private static Status worst(List<Status> all) {
		return all.contains(Status.DOWN) ? Status.DOWN : all.contains(Status.UNKNOWN) ? Status.UNKNOWN : Status.UP;
	}

	private static Map<String, Object> details(UpstreamHealth upstream) {
		Map<String, Object> details = new LinkedHashMap<>();
		Status status = upstream.status();
		details.put("status", status.getCode());
		if (status.equals(Status.UP)) {
			details.put("proves", "Sentry answers, and the token may read members (member:read). Whether it may create"
					+ " them (member:write) and remove them (member:admin) shows only when it is done.");
		}
		if (status.equals(Status.DOWN)) {
			details.put("troubles", upstream.issues());
		}
		if (upstream.asOf() != null) {
			details.put("asOf", upstream.asOf());
		}
		return details;
	}

}
