package dev.memberproxy.members;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;

import dev.memberproxy.audit.AuditRecord;
import dev.memberproxy.core.Role;
import dev.memberproxy.idempotency.Fingerprint;
import dev.memberproxy.idempotency.Idempotency;
import dev.memberproxy.idempotency.IdempotencyKey;
import dev.memberproxy.idempotency.KeyClaim;
import dev.memberproxy.organizations.Organization;
import dev.memberproxy.problem.Problem;
import dev.memberproxy.problem.ProblemException;
import dev.memberproxy.problem.ProblemResponder;
import dev.memberproxy.problem.RenderedResponse;
import dev.memberproxy.provisioning.ChangeResult;
import dev.memberproxy.provisioning.MemberCommand;
import dev.memberproxy.provisioning.MemberOperations;
import dev.memberproxy.provisioning.MemberService;
import dev.memberproxy.provisioning.ReadResult;
import dev.memberproxy.provisioning.Stopped;
import dev.memberproxy.sentry.NewMember;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.stereotype.Component;

/**
 * Handles every command, alone or in a batch: checks the policy, looks up the idempotency
 * key, executes the command and renders the response.
 */
@Component
public class MemberRequestHandler {

	private final Idempotency idempotency;

	private final MemberService service;

	private final ProblemResponder problems;

	private final MemberResponses responses = new MemberResponses();

	/** Neither the case of an address nor the order of fields makes requests differ. */
	private final ObjectWriter canonical = JsonMapper.builder()
		.enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
		.enable(JsonNodeFeature.WRITE_PROPERTIES_SORTED)
		.build()
		.writer();

	MemberRequestHandler(Idempotency idempotency, MemberService service, ProblemResponder problems) {
		this.idempotency = idempotency;
		this.service = service;
		this.problems = problems;
	}

	/**
	 * Executes a command.
	 * @param command the command
	 * @param dryRun whether nothing is to be changed
	 * @param context the context of the request
	 * @return the response
	 * @throws ProblemException if the client may not send such a request
	 */
	public RenderedResponse handle(MemberCommand command, boolean dryRun, CallContext context) {
		note(command, dryRun, context.audit());
		Organization organization = context.requireOrganization();
		PolicyChecks checks = check(command, context);
		try (MemberOperations operations = this.service.begin(organization, command, checks, dryRun, context.audit())) {
			throwIfPresent(checks.countRequest().join());
			return switch (command) {
				case MemberCommand.Change change -> respond(operations.execute(change), change, checks, context);
				case MemberCommand.Read read -> respond(operations.execute(read), read, checks, context);
			};
		}
	}

	/**
	 * Creates a member, unless the same request was made before.
	 * @param command the command
	 * @param key the idempotency key of the request
	 * @param context the context of the request
	 * @return the response to this request, or to the one that it repeats
	 * @throws ProblemException if the client may not send such a request, or may not use
	 * the key for it
	 */
	RenderedResponse handleOnce(MemberCommand.Create command, IdempotencyKey key, CallContext context) {
		note(command, false, context.audit());
		Organization organization = context.requireOrganization();
		PolicyChecks checks = check(command, context);
		RenderedResponse response;
		try (MemberOperations operations = this.service.begin(organization, command, checks, false, context.audit())) {
			response = executeOnce(command, key, operations, checks, context);
		}
		if (response.headers().containsKey(KeyClaim.REPLAYED)) {
			context.audit().replayed();
		}
		return response;
	}

	/** Where replicas share lock, quota and key, asking for all takes one round trip. */
	private RenderedResponse executeOnce(MemberCommand.Create command, IdempotencyKey key, MemberOperations operations,
			PolicyChecks checks, CallContext context) {
		Organization organization = context.requireOrganization();
		CompletableFuture<Optional<Problem>> quota = checks.countRequest();
		KeyClaim claim = this.idempotency.claim(key, fingerprint(organization, command.member()),
				organization.timeouts().deadline());
		Optional<Problem> refusal = quota.join();
		if (refusal.isPresent()) {
			claim.giveUp();
		}
		throwIfPresent(refusal);
		context.audit().idempotencyKey(key.digest());
		return claim.execute((resumed) -> {
			ChangeResult result = resumed ? operations.resume(command) : operations.execute(command);
			return respond(result, command, checks, context);
		});
	}

	private static void note(MemberCommand command, boolean dryRun, AuditRecord audit) {
		if (dryRun) {
			audit.dryRun();
		}
		if (command.ref() != null) {
			audit.target(command.ref());
		}
		if (command instanceof MemberCommand.Change change) {
			audit.roleAsked(change.role());
		}
	}

	private static PolicyChecks check(MemberCommand command, CallContext context) {
		PolicyChecks checks = new PolicyChecks(context.client(), command);
		throwIfPresent(checks.checkRequest());
		return checks;
	}

	private static void throwIfPresent(Optional<Problem> problem) {
		problem.ifPresent((present) -> {
			throw new ProblemException(present);
		});
	}

	private RenderedResponse respond(ChangeResult result, MemberCommand.Change command, PolicyChecks checks,
			CallContext context) {
		return switch (result) {
			case ChangeResult.Confirmed confirmed -> this.responses.of(confirmed, command, context);
			case ChangeResult.AlreadyExists exists -> respond(MemberProblems.of(exists), exists.diagnosis(), context);
			case ChangeResult.Unknown unknown ->
				respond(MemberProblems.of(unknown, command), unknown.diagnosis(), context);
			case Stopped stopped -> respond(stopped, checks, context);
		};
	}

	private RenderedResponse respond(ReadResult result, MemberCommand.Read command, PolicyChecks checks,
			CallContext context) {
		return switch (result) {
			case ReadResult.Found found -> this.responses.of(found, command, context);
			case ReadResult.Searched searched -> this.responses.of(searched, context);
			case ReadResult.Listed listed -> this.responses.of(listed, context);
			case Stopped stopped -> respond(stopped, checks, context);
		};
	}

	private RenderedResponse respond(Stopped stopped, PolicyChecks checks, CallContext context) {
		return respond(MemberProblems.of(stopped, checks.mayRead()), stopped.diagnosis(), context);
	}

	private RenderedResponse respond(Problem problem, String diagnosis, CallContext context) {
		context.audit().problem(problem);
		return this.problems.render(context.audit().requestId(), context.basePath(), problem, diagnosis);
	}

	private Fingerprint fingerprint(Organization organization, NewMember member) {
		return Fingerprint.of(organization.alias(), member.address().value(),
				Optional.ofNullable(member.role()).map(Role::id).orElse(""),
				this.canonical.writeValueAsString(member.attributes()));
	}

}
