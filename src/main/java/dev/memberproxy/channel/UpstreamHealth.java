package dev.memberproxy.channel;

import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.health.contributor.Status;

/**
 * Whether an organization's Sentry is usable at one moment, as far as requests have
 * shown.
 *
 * @param issues why it is not; empty if it works, or if nothing is known
 * @param asOf when a request last showed anything; null if none did yet
 */
record UpstreamHealth(List<HealthIssue> issues, @Nullable Instant asOf) {

	UpstreamHealth {
		issues = List.copyOf(issues);
	}

	/** Up only if a request has shown that Sentry works. */
	Status status() {
		if (!this.issues.isEmpty()) {
			return Status.DOWN;
		}
		return (this.asOf != null) ? Status.UP : Status.UNKNOWN;
	}

	boolean has(HealthIssue.Code code) {
		return this.issues.stream().anyMatch((issue) -> issue.code() == code);
	}

}
