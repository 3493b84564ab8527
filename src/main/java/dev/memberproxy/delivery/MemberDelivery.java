package dev.memberproxy.delivery;

import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

import dev.memberproxy.audit.Trail;
import dev.memberproxy.organizations.Organization;
import dev.memberproxy.organizations.Organizations;
import dev.memberproxy.sentry.SentryGateway;

/**
 * Reads and changes the members of organizations, and finds out what became of each
 * change.
 */
public final class MemberDelivery {

	private final Map<Organization, Line> lines;

	private final Turns turns = new Turns();

	private final Backoff backoff;

	private final LongSupplier nanoClock;

	MemberDelivery(Organizations organizations, SentryGateway gateway, RandomGenerator random, LongSupplier nanoClock,
			Clock clock) {
		this.nanoClock = nanoClock;
		this.backoff = new Backoff(random);
		this.lines = organizations.all()
			.stream()
			.collect(Collectors.toUnmodifiableMap(Function.identity(),
					(organization) -> new Line(organization, gateway, nanoClock, clock)));
	}

	/**
	 * Begins with a request. The organization's deadline runs from here.
	 * @param organization where
	 * @param trail learns of each attempt
	 * @param dryRun whether nothing is to be changed
	 * @return carries out the request
	 */
	public Delivery begin(Organization organization, Trail trail, boolean dryRun) {
		Duration budget = organization.timeouts().deadline();
		Deadline settling = Deadline.in(budget, this.nanoClock);
		// A quarter is kept for finding out what became of an attempt without an end.
		Deadline working = Deadline.in(budget.multipliedBy(3).dividedBy(4), this.nanoClock);
		Line line = Objects.requireNonNull(this.lines.get(organization));
		return new Delivery(new Attempts(line, working, settling, this.backoff, trail), this.turns,
				organization.alias(), working, dryRun);
	}

}
