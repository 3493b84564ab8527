package dev.memberproxy.delivery;

import java.time.Clock;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

import dev.memberproxy.organizations.Organization;
import dev.memberproxy.organizations.Organizations;
import dev.memberproxy.sentry.SentryGateway;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.tracing.Tracer;

/**
 * The ways to the Sentry of each organization.
 *
 * @param byOrganization one for each
 */
record Lines(Map<Organization, Line> byOrganization) {

	Lines {
		byOrganization = Map.copyOf(byOrganization);
	}

	/**
	 * Makes them.
	 * @param organizations the organizations
	 * @param gateway calls Sentry
	 * @param nanoClock a clock that only goes forward, in nanoseconds
	 * @param clock the time of day
	 * @param meterRegistry where to count
	 * @param tracer makes spans
	 * @return a line for each organization
	 */
	static Lines of(Organizations organizations, SentryGateway gateway, LongSupplier nanoClock, Clock clock,
			MeterRegistry meterRegistry, Tracer tracer) {
		return new Lines(organizations.all()
			.stream()
			.collect(Collectors.toUnmodifiableMap(Function.identity(),
					(organization) -> new Line(organization, gateway, nanoClock, clock, meterRegistry, tracer))));
	}

	Line get(Organization organization) {
		return Objects.requireNonNull(this.byOrganization.get(organization));
	}

	void forEach(BiConsumer<Organization, Line> action) {
		this.byOrganization.forEach(action);
	}

}
