package dev.memberproxy.delivery;

import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

import dev.memberproxy.core.AttemptObserver;
import dev.memberproxy.organizations.Organization;

/**
 * Reads and changes the members of organizations, and finds out what became of each
 * change.
 */
public final class MemberDelivery {

	private final Lines lines;

	private final Turns turns = new Turns();

	private final Backoff backoff;

	private final LongSupplier nanoClock;

	/**
	 * @param lines the way to Sentry for each organization
	 * @param random the source of jitter
	 * @param nanoClock a clock that only goes forward, in nanoseconds
	 */
	MemberDelivery(Lines lines, RandomGenerator random, LongSupplier nanoClock) {
		this.lines = lines;
		this.backoff = new Backoff(random);
		this.nanoClock = nanoClock;
	}

	/**
	 * Begins with a request. The organization's deadline runs from here.
	 * @param organization where
	 * @param trail learns of each attempt
	 * @param dryRun whether nothing is to be changed
	 * @return carries out the request
	 */
	public Delivery begin(Organization organization, AttemptObserver trail, boolean dryRun) {
		Duration budget = organization.timeouts().deadline();
		Deadline settling = Deadline.in(budget, this.nanoClock);
		// A quarter is kept for finding out what became of an attempt without an end.
		Deadline working = Deadline.in(budget.multipliedBy(3).dividedBy(4), this.nanoClock);
		Line line = this.lines.get(organization);
		return new Delivery(new Attempts(line, working, settling, this.backoff, trail), this.turns,
				organization.alias(), working, dryRun);
	}

}
