package dev.memberproxy.members;

import java.net.URI;
import java.util.List;
import java.util.Optional;

import dev.memberproxy.organizations.Organization;
import dev.memberproxy.organizations.Organizations;
import dev.memberproxy.problem.InputCode;
import dev.memberproxy.problem.InputError;
import dev.memberproxy.problem.Problem;
import dev.memberproxy.problem.ProblemException;
import dev.memberproxy.problem.ProblemType;
import dev.memberproxy.sentry.Answer;
import dev.memberproxy.sentry.NewMember;
import dev.memberproxy.sentry.SentryGateway;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.validation.Valid;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
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

	private final SentryGateway sentry;

	private final ObjectWriter writer = JsonMapper.builder().build().writerFor(MemberResponse.class);

	MemberController(Organizations organizations, SentryGateway sentry) {
		this.organizations = organizations;
		this.sentry = sentry;
	}

	@PostMapping(path = { "/members", "/organizations/{alias}/members" },
			consumes = { MediaType.APPLICATION_JSON_VALUE, MemberMediaTypes.SCIM_JSON_VALUE },
			produces = { MediaType.APPLICATION_JSON_VALUE, MemberMediaTypes.SCIM_JSON_VALUE })
	ResponseEntity<byte[]> create(@PathVariable(required = false) @Nullable String alias,
			@Valid @RequestBody CreateMemberRequest body, HttpServletRequest request) {
		refuseParameters(request);
		Organization organization = organization(alias);
		NewMember member = body.toNewMember();
		return switch (this.sentry.create(organization, member)) {
			case Answer.Created created ->
				ResponseEntity.created(location(request.getContextPath(), alias, created.member().id()))
					.header(OUTCOME_HEADER, "created")
					.body(this.writer.writeValueAsBytes(MemberResponse.of(created.member(), member.address())));
			case Answer.Failure failure ->
				throw new ProblemException(CreationProblems.of(failure), failure.diagnosis());
		};
	}

	private Organization organization(@Nullable String alias) {
		return this.organizations.find(Optional.ofNullable(alias).orElse(Organization.DEFAULT_ALIAS))
			.orElseThrow(() -> new ProblemException(Problem.of(ProblemType.ORGANIZATION_NOT_FOUND,
					"The alias in the path names no organization that is configured here.")));
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

	/**
	 * Below the path that was called, so that the caller stays with the prefix it used.
	 */
	private static URI location(String contextPath, @Nullable String alias, String id) {
		String prefix = (alias != null) ? "/organizations/" + alias : "";
		return URI.create(contextPath + prefix + "/members/" + id);
	}

}
