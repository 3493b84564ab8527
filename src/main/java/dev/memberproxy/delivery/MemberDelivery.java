package dev.memberproxy.delivery;

import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

import dev.memberproxy.audit.Trail;
import dev.memberproxy.delivery.Turns.Turn;
import dev.memberproxy.organizations.Organization;
import dev.memberproxy.organizations.Organizations;
import dev.memberproxy.sentry.NewMember;
import dev.memberproxy.sentry.SentryGateway;

/**
 * Changes the members of organizations, and finds out what became of each change. Nothing
 * it does takes longer than the organization's deadline.
 */
public final class MemberDelivery {

	/** When there is likely to be room after another request for the same person. */
	private static final Duration NEXT_TURN = Duration.ofSeconds(1);

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
	 * Gives a person a seat.
	 * @param organization where
	 * @param member who, and with which role
	 * @param trail learns of each attempt
	 * @return what became of it
	 */
	public Delivered create(Organization organization, NewMember member, Trail trail) {
		return inTurn(organization, member, trail, Creation::run)
			.orElseGet(() -> new Delivered.Busy(NEXT_TURN, "Other requests for the same person are under way."));
	}

	/**
	 * Goes on where an earlier request for the same ended without a known outcome: looks
	 * for the member first.
	 * @param organization where
	 * @param member who, and with which role
	 * @param trail learns of each attempt
	 * @return what became of it
	 */
	public Delivered resume(Organization organization, NewMember member, Trail trail) {
		return inTurn(organization, member, trail, Creation::resume).orElseGet(Creation::unresumed);
	}

	private Optional<Delivered> inTurn(Organization organization, NewMember member, Trail trail,
			Function<Creation, Delivered> action) {
		Duration budget = organization.timeouts().deadline();
		Deadline settling = Deadline.in(budget, this.nanoClock);
		// A quarter is kept for finding out what became of an attempt without an end.
		Deadline working = Deadline.in(budget.multipliedBy(3).dividedBy(4), this.nanoClock);
		Line line = Objects.requireNonNull(this.lines.get(organization));
		Creation creation = new Creation(line, member, working, settling, this.backoff, trail);
		try (Turn turn = this.turns.take(organization.alias(), member.address(), working.remaining()).orElse(null)) {
			return (turn != null) ? Optional.of(action.apply(creation)) : Optional.empty();
		}
	}

}
