package dev.memberproxy.delivery;

import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.health.contributor.Status;

/**
 * Whether an organization's Sentry can be used, as far as requests have shown, at one
 * moment.
 *
 * @param issues what keeps it from being used; none if it works, or if nothing is known
 * @param asOf when a request last showed anything; null if none did yet
 */
record UpstreamHealth(List<Trouble> issues, @Nullable Instant asOf) {

	UpstreamHealth {
		issues = List.copyOf(issues);
	}

	/** Up only if a request has shown that it works: nothing known is not up. */
	Status status() {
		if (!this.issues.isEmpty()) {
			return Status.DOWN;
		}
		return (this.asOf != null) ? Status.UP : Status.UNKNOWN;
	}

	/** Whether there is an issue of a kind. */
	boolean has(Trouble.Code code) {
		return this.issues.stream().anyMatch((issue) -> issue.code() == code);
	}

}
