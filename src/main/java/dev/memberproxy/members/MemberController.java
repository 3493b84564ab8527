package dev.memberproxy.members;

import java.net.URI;
import java.util.List;
import java.util.Optional;

import dev.memberproxy.audit.RequestedBy;
import dev.memberproxy.audit.Trail;
import dev.memberproxy.clients.Client;
import dev.memberproxy.core.Operation;
import dev.memberproxy.delivery.Delivered;
import dev.memberproxy.delivery.MemberDelivery;
import dev.memberproxy.idempotency.Idempotency;
import dev.memberproxy.idempotency.Idempotency.Action;
import dev.memberproxy.idempotency.Idempotency.End;
import dev.memberproxy.idempotency.IdempotencyKey;
import dev.memberproxy.organizations.Organization;
import dev.memberproxy.organizations.Organizations;
import dev.memberproxy.problem.InputCode;
import dev.memberproxy.problem.InputError;
import dev.memberproxy.problem.Problem;
import dev.memberproxy.problem.ProblemException;
import dev.memberproxy.problem.ProblemResponder;
import dev.memberproxy.problem.ProblemType;
import dev.memberproxy.sentry.Member;
import dev.memberproxy.sentry.NewMember;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.validation.Valid;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/**
 * The {@code /members} resource, of the default organization and of those with an alias.
 */
@RestController
class MemberController {

	private static final String OUTCOME_HEADER = "Members-Outcome";

	private final Organizations organizations;

	private final Idempotency idempotency;

	private final MemberDelivery delivery;

	private final ProblemResponder problems;

	private final ObjectWriter writer = JsonMapper.builder().build().writerFor(MemberResponse.class);

	private final RequestFingerprints fingerprints = new RequestFingerprints();

	MemberController(Organizations organizations, Idempotency idempotency, MemberDelivery delivery,
			ProblemResponder problems) {
		this.organizations = organizations;
		this.idempotency = idempotency;
		this.delivery = delivery;
		this.problems = problems;
	}

	@PostMapping(path = { "/members", "/organizations/{alias}/members" },
			consumes = { MediaType.APPLICATION_JSON_VALUE, MemberMediaTypes.SCIM_JSON_VALUE },
			produces = { MediaType.APPLICATION_JSON_VALUE, MemberMediaTypes.SCIM_JSON_VALUE })
	ResponseEntity<byte[]> create(@PathVariable(required = false) @Nullable String alias,
			@Valid @RequestBody CreateMemberRequest body, @AuthenticationPrincipal Client client,
			HttpServletRequest request) {
		Trail trail = Trail.of(request);
		trail.operation(Operation.CREATE);
		RequestedBy.of(request).ifPresent(trail::requestedBy);
		NewMember member = body.toNewMember();
		trail.target(member.address(), member.role());
		refuseParameters(request);
		Organization organization = organization(alias, client);
		trail.organization(organization.alias());
		Permits.check(client, member);
		String collection = collection(request.getContextPath(), alias);
		Action action = (resumed) -> toEnd(resumed ? this.delivery.resume(organization, member, trail)
				: this.delivery.create(organization, member, trail), member, collection, request);
		return IdempotencyKey.of(request, client.name()).map((key) -> {
			trail.idempotencyKey(key.digest());
			ResponseEntity<byte[]> answer = this.idempotency.once(key,
					this.fingerprints.of(request, organization, member), action);
			if (answer.getHeaders().containsHeader(Idempotency.REPLAYED)) {
				trail.replayed();
			}
			return answer;
		}).orElseGet(() -> action.perform(false).answer());
	}

	private End toEnd(Delivered delivered, NewMember asked, String collection, HttpServletRequest request) {
		return switch (delivered) {
			case Delivered.Created(Member created) ->
				success(HttpStatus.CREATED, "created", created, asked, collection, request);
			case Delivered.Reconciled(Member found) ->
				success(HttpStatus.OK, "reconciled", found, asked, collection, request);
			case Delivered.Unconfirmed unconfirmed -> {
				Problem problem = CreationProblems.of(unconfirmed);
				yield End.problem(problem, this.problems.answer(request, problem, unconfirmed.diagnosis()));
			}
		};
	}

	private End success(HttpStatus status, String outcome, Member member, NewMember asked, String collection,
			HttpServletRequest request) {
		Trail.of(request).success(outcome, status.value(), member.id(), member.sentryOrgRole());
		return End.success(ResponseEntity.status(status)
			.location(URI.create(collection + "/" + member.id()))
			.header(OUTCOME_HEADER, outcome)
			.body(this.writer.writeValueAsBytes(MemberResponse.of(member, asked.address()))));
	}

	/** One that the client may not use looks like one that does not exist. */
	private Organization organization(@Nullable String alias, Client client) {
		return this.organizations.find(Optional.ofNullable(alias).orElse(Organization.DEFAULT_ALIAS))
			.filter((organization) -> client.knows(organization.alias()))
			.orElseThrow(() -> new ProblemException(Problem.of(ProblemType.ORGANIZATION_NOT_FOUND,
					"The path names no organization that is configured here and open to your app.")));
	}

	/** A misspelt parameter must not turn a question into a change. */
	private static void refuseParameters(HttpServletRequest request) {
		if (request.getQueryString() != null && !request.getParameterMap().isEmpty()) {
			List<InputError> errors = request.getParameterMap()
				.keySet()
				.stream()
				.sorted()
				.map((name) -> InputError.inQuery(name, InputCode.UNKNOWN_PARAMETER, "is not a parameter of this call"))
				.toList();
			throw new ProblemException(
					Problem.of(ProblemType.INVALID_REQUEST, "The query has unknown parameters.").withErrors(errors));
		}
	}

	/** As it was called, so that the caller stays with the prefix it used. */
	private static String collection(String contextPath, @Nullable String alias) {
		return contextPath + ((alias != null) ? "/organizations/" + alias : "") + "/members";
	}

}
