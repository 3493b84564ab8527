package dev.memberproxy.delivery;

import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongSupplier;

import dev.memberproxy.core.EmailAddress;
import dev.memberproxy.delivery.OutageBreaker.Pass;
import dev.memberproxy.delivery.Pacer.Admission;
import dev.memberproxy.delivery.Pacer.Permit;
import dev.memberproxy.organizations.Organization;
import dev.memberproxy.organizations.SecretToken;
import dev.memberproxy.sentry.Answer;
import dev.memberproxy.sentry.Lookup;
import dev.memberproxy.sentry.NewMember;
import dev.memberproxy.sentry.SentryGateway;

/**
 * The way to the Sentry of one organization: everything that is sent to it takes its turn
 * here, and what comes back is heeded for those that follow. Sentry counts each method by
 * itself (contract section 2.8), and so does this.
 */
final class Line {

	private final Organization organization;

	private final SentryGateway gateway;

	private final Pacer posts;

	private final Pacer gets;

	private final OutageBreaker breaker;

	Line(Organization organization, SentryGateway gateway, LongSupplier nanoClock, Clock clock) {
		this.organization = organization;
		this.gateway = gateway;
		this.posts = new Pacer(organization.pacing(), nanoClock);
		this.gets = new Pacer(organization.pacing(), nanoClock);
		this.breaker = new OutageBreaker(organization.alias(), clock);
	}

	/**
	 * Sends a {@code POST} as soon as it may go.
	 * @param member whom to create
	 * @param deadline when the attempt must be over
	 * @param standing where it stands in line
	 * @return what came of it
	 */
	Attempted post(NewMember member, Deadline deadline, Standing standing) {
		return switch (standing) {
			case NEW -> guarded(member, deadline, this.posts::join);
			case RETURNING -> guarded(member, deadline, this.posts::rejoin);
			case SETTLING -> send(member, deadline, this.posts.rejoin(deadline));
		};
	}

	/**
	 * Searches for a member, ahead of all who are not settling anything.
	 * @param address whom to search for
	 * @param deadline when the attempt must be over
	 * @return what came of it, or empty if it was not its turn in time
	 */
	Optional<Lookup> find(EmailAddress address, Deadline deadline) {
		SecretToken token = this.organization.token().current();
		Optional<Lookup> found = search(address, deadline);
		return (found.orElse(null) instanceof Lookup.Failed(Answer answer) && isOutdated(token, answer))
				? search(address, deadline) : found;
	}

	private Optional<Lookup> search(EmailAddress address, Deadline deadline) {
		return switch (this.gets.rejoin(deadline)) {
			case Pacer.Busy _ -> Optional.empty();
			case Permit permit -> Optional.of(find(address, deadline, permit));
		};
	}

	private Attempted guarded(NewMember member, Deadline deadline, Function<Deadline, Admission> queue) {
		try (Pass pass = this.breaker.tryPass().orElse(null)) {
			if (pass == null) {
				return new Attempted.CircuitOpen();
			}
			Admission admission = queue.apply(deadline);
			if (admission instanceof Permit permit && pass.isRevoked()) {
				permit.close();
				return new Attempted.CircuitOpen();
			}
			Attempted attempted = send(member, deadline, admission);
			if (attempted instanceof Attempted.Answered(Answer answer)) {
				pass.record(member.address(), answer);
			}
			return attempted;
		}
	}

	private Attempted send(NewMember member, Deadline deadline, Admission admission) {
		SecretToken token = this.organization.token().current();
		Attempted attempted = attempt(member, deadline, admission);
		return (attempted instanceof Attempted.Answered(Answer answer) && isOutdated(token, answer))
				? attempt(member, deadline, this.posts.rejoin(deadline)) : attempted;
	}

	/**
	 * Whether the token was refused because its time was over, and there is another one
	 * by now. Sentry has done nothing then, so that the same may be sent again, once.
	 */
	private boolean isOutdated(SecretToken token, Answer answer) {
		return answer instanceof Answer.CredentialsRefused refused && refused.isForToken()
				&& this.organization.token().replaces(token);
	}

	private Attempted attempt(NewMember member, Deadline deadline, Admission admission) {
		return switch (admission) {
			case Pacer.Busy(Duration retryAfter) -> new Attempted.Busy(retryAfter);
			case Permit permit -> new Attempted.Answered(create(member, deadline, permit));
		};
	}

	private Answer create(NewMember member, Deadline deadline, Permit permit) {
		try (permit) {
			Answer answer = this.gateway.create(this.organization, member, deadline.remaining(), permit);
			if (answer instanceof Answer.RateLimited limited) {
				this.posts.pause(limited.retryAfter());
			}
			return answer;
		}
	}

	private Lookup find(EmailAddress address, Deadline deadline, Permit permit) {
		try (permit) {
			Lookup lookup = this.gateway.find(this.organization, address, deadline.remaining(), permit);
			if (lookup instanceof Lookup.Failed(Answer.RateLimited limited)) {
				this.gets.pause(limited.retryAfter());
			}
			return lookup;
		}
	}

	/** Where a request stands in line. */
	enum Standing {

		/** It has just come. */
		NEW,

		/** It was let go before, but nothing was processed: the others came later. */
		RETURNING,

		/**
		 * It settles what became of an earlier attempt: nobody else can, so that not even
		 * the breaker keeps it.
		 */
		SETTLING

	}

}
