package dev.memberproxy.channel;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;

/**
 * Reports for each organization whether its Sentry is usable, and if not, the likely
 * cause and the remedy. Not a part of readiness: another replica could do no better.
 */
final class SentryHealth implements HealthIndicator {

	private final SortedMap<String, SentryChannel> channels = new TreeMap<>();

	SentryHealth(SentryChannels channels) {
		channels.forEach((organization, channel) -> this.channels.put(organization.alias(), channel));
	}

	@Override
	public Health health() {
		Map<String, UpstreamHealth> organizations = new LinkedHashMap<>();
		this.channels.forEach((alias, channel) -> organizations.put(alias, channel.health()));
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
			details.put("proves", "Sentry responds, and the token may read members (member:read). Whether it may create"
					+ " members (member:write) and delete them (member:admin) is known only after such a request.");
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
