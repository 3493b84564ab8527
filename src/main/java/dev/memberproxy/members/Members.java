package dev.memberproxy.members;

import dev.memberproxy.audit.AuditRecord;
import dev.memberproxy.clients.Client;
import dev.memberproxy.core.EmailAddress;
import dev.memberproxy.core.MemberRef;
import dev.memberproxy.core.Operation;
import dev.memberproxy.core.Role;
import dev.memberproxy.delivery.Delivered;
import dev.memberproxy.delivery.Delivery;
import dev.memberproxy.delivery.MemberDelivery;
import dev.memberproxy.idempotency.Idempotency;
import dev.memberproxy.idempotency.Idempotency.Action;
import dev.memberproxy.idempotency.IdempotencyKey;
import dev.memberproxy.organizations.Organization;
import dev.memberproxy.problem.RenderedResponse;
import dev.memberproxy.problem.Problem;
import dev.memberproxy.problem.ProblemException;
import dev.memberproxy.problem.ProblemResponder;
import dev.memberproxy.sentry.NewMember;

import org.springframework.stereotype.Component;

/**
 * The way that every command takes, alone or in a batch: is it permitted, was it done
 * before, what comes of it, and what the caller is told.
 */
@Component
class Members {

	private final Idempotency idempotency;

	private final MemberDelivery delivery;

	private final ProblemResponder problems;

	private final Answers answers = new Answers();

	private final RequestFingerprints fingerprints = new RequestFingerprints();

	Members(Idempotency idempotency, MemberDelivery delivery, ProblemResponder problems) {
		this.idempotency = idempotency;
		this.delivery = delivery;
		this.problems = problems;
	}

	/**
	 * Does what a caller asks for.
	 * @param command what it is
	 * @param dryRun whether nothing is to be changed
	 * @param caller who asks
	 * @return the answer
	 * @throws ProblemException if it does not come to asking Sentry
	 */
	RenderedResponse perform(Command command, boolean dryRun, CallContext caller) {
		return action(command, dryRun, caller).perform(false);
	}

	/**
	 * Creates a member, unless the same was asked for before.
	 * @param command whom to create
	 * @param key under which it is asked for
	 * @param caller who asks
	 * @return the answer, of this request or of the one it repeats
	 * @throws ProblemException if it does not come to asking Sentry
	 */
	RenderedResponse performOnce(Command.Create command, IdempotencyKey key, CallContext caller) {
		Action action = action(command, false, caller);
		caller.trail().idempotencyKey(key.digest());
		RenderedResponse answer = this.idempotency.execute(key,
				this.fingerprints.of(caller.requireOrganization(), command.member()), action);
		if (answer.headers().containsKey(Idempotency.REPLAYED)) {
			caller.trail().replayed();
		}
		return answer;
	}

	private Action action(Command command, boolean dryRun, CallContext caller) {
		note(command, dryRun, caller.trail());
		Organization organization = caller.requireOrganization();
		Permits.check(caller.client(), command);
		return (resumed) -> {
			Delivery begun = this.delivery.begin(organization, caller.trail(), dryRun);
			return respond(deliver(command, resumed, begun, caller.client()), command, caller);
		};
	}

	private static void note(Command command, boolean dryRun, AuditRecord trail) {
		if (dryRun) {
			trail.dryRun();
		}
		if (command.ref() != null) {
			trail.target(command.ref());
		}
		trail.roleAsked(command.role());
	}

	private static Delivered deliver(Command command, boolean resumed, Delivery delivery, Client client) {
		return switch (command) {
			case Command.Create(NewMember member) ->
				resumed ? delivery.resume(member) : delivery.create(member, client.policy().permits(Operation.READ));
			case Command.Ensure(NewMember member) ->
				delivery.ensure(member, (present) -> Permits.checkEnsuring(client, member.address(), present));
			case Command.ChangeRole(MemberRef ref, Role role) ->
				delivery.changeRole(ref, role, (present) -> Permits.checkTouching(client, ref, present));
			case Command.Remove(MemberRef ref) ->
				delivery.remove(ref, (present) -> Permits.checkTouching(client, ref, present));
			case Command.Read(MemberRef ref) ->
				delivery.read(ref, (present) -> Permits.checkSight(client, ref, present));
			case Command.Search(EmailAddress address) -> delivery.search(address);
			case Command.Browse(int startIndex, int count) -> delivery.list(startIndex, count);
		};
	}

	private RenderedResponse respond(Delivered delivered, Command command, CallContext caller) {
		return switch (delivered) {
			case Delivered.Unconfirmed unconfirmed -> {
				Problem problem = DeliveryProblems.of(unconfirmed, command,
						caller.client().policy().permits(Operation.READ));
				caller.trail().problem(problem);
				yield this.problems.render(caller.trail().requestId(), caller.basePath(), problem,
						unconfirmed.diagnosis());
			}
			case Delivered.Confirmed confirmed -> this.answers.of(confirmed, command, caller);
		};
	}

}
