package dev.memberproxy.channel;

import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

import dev.memberproxy.core.AttemptObserver;
import dev.memberproxy.organizations.Organization;
import dev.memberproxy.organizations.Organizations;
import dev.memberproxy.sentry.SentryGateway;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.tracing.Tracer;

/** The channels to the Sentry of each organization. */
public final class SentryChannels {

	private final Map<Organization, SentryChannel> channels;

	private final LongSupplier nanoClock;

	private final Backoff backoff;

	/**
	 * @param organizations the organizations
	 * @param gateway sends requests to Sentry
	 * @param windows keep Sentry's limits over all replicas
	 * @param timings the waits of the channels
	 * @param nanoClock a monotonic clock in nanoseconds
	 * @param clock the time of day
	 * @param meterRegistry counts requests
	 * @param tracer makes spans
	 */
	SentryChannels(Organizations organizations, SentryGateway gateway, SharedWindows windows, ChannelTimings timings,
			LongSupplier nanoClock, InstantSource clock, MeterRegistry meterRegistry, Tracer tracer) {
		this.channels = organizations.all()
			.stream()
			.collect(Collectors.toUnmodifiableMap(Function.identity(), (organization) -> new SentryChannel(organization,
					gateway, windows, timings.openDuration(), nanoClock, clock, meterRegistry, tracer)));
		this.nanoClock = nanoClock;
		this.backoff = timings.backoff();
	}

	/**
	 * Begins a caller's request. The organization's deadline starts now.
	 * @param organization the organization
	 * @param observer learns of each attempt
	 * @return sends all that the caller's request needs
	 */
	public RetryingSender begin(Organization organization, AttemptObserver observer) {
		return new RetryingSender(get(organization), organization.timeouts().deadline(), this.backoff, this.nanoClock,
				observer);
	}

	SentryChannel get(Organization organization) {
		return Objects.requireNonNull(this.channels.get(organization));
	}

	void forEach(BiConsumer<Organization, SentryChannel> action) {
		this.channels.forEach(action);
	}

}
