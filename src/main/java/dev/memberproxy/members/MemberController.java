package dev.memberproxy.members;

import java.util.List;
import java.util.Optional;

import dev.memberproxy.audit.Activity;
import dev.memberproxy.core.EmailAddress;
import dev.memberproxy.core.MemberId;
import dev.memberproxy.core.MemberRef;
import dev.memberproxy.idempotency.IdempotencyKey;
import dev.memberproxy.problem.RenderedResponse;
import dev.memberproxy.problem.InputCode;
import dev.memberproxy.problem.InputError;
import dev.memberproxy.problem.Problem;
import dev.memberproxy.problem.ProblemException;
import dev.memberproxy.problem.ProblemType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.validation.Valid;
import jakarta.validation.groups.Default;
import org.jspecify.annotations.Nullable;

import org.springframework.http.MediaType;
import org.springframework.validation.annotation.Validated;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * The {@code /members} resource, of the default organization and of those with an alias:
 * turns requests into commands.
 */
@RestController
@RequestMapping(path = { "/members", "/organizations/{alias}/members" })
class MemberController {

	/** An id, or whatever may be meant as an address. */
	private static final String REF = "/{member:[0-9]+|.*@.*}";

	private final Members members;

	MemberController(Members members) {
		this.members = members;
	}

	@PostMapping(consumes = { MediaType.APPLICATION_JSON_VALUE, MemberMediaTypes.SCIM_JSON_VALUE },
			produces = { MediaType.APPLICATION_JSON_VALUE, MemberMediaTypes.SCIM_JSON_VALUE,
					MediaType.APPLICATION_PROBLEM_JSON_VALUE })
	@AuditedAs(Activity.CREATE)
	RenderedResponse create(CallContext caller,
			@Validated({ Default.class, MemberRequest.Creation.class }) @RequestBody MemberRequest body,
			HttpServletRequest request) {
		boolean dryRun = Parameters.isDryRun(request);
		Command.Create command = new Command.Create(body.toNewMember());
		Optional<IdempotencyKey> key = IdempotencyKey.of(request, caller.client().name());
		return (key.isPresent() && !dryRun) ? this.members.performOnce(command, key.get(), caller)
				: this.members.perform(command, dryRun, caller);
	}

	@PutMapping(path = "/{member:.*@.*}",
			consumes = { MediaType.APPLICATION_JSON_VALUE, MemberMediaTypes.SCIM_JSON_VALUE },
			produces = { MediaType.APPLICATION_JSON_VALUE, MemberMediaTypes.SCIM_JSON_VALUE,
					MediaType.APPLICATION_PROBLEM_JSON_VALUE })
	@AuditedAs(Activity.ENSURE)
	RenderedResponse ensure(CallContext caller, @PathVariable String member,
			@Valid @RequestBody(required = false) @Nullable MemberRequest body, HttpServletRequest request) {
		boolean dryRun = Parameters.isDryRun(request);
		EmailAddress address = address(member);
		MemberRequest wish = (body != null) ? body : MemberRequest.EMPTY;
		if (wish.userName() != null && !wish.userName().equals(address.value())) {
			throw invalid(InputError.inBody("/userName", InputCode.INVALID_VALUE,
					"must be the address in the path, or be left out"));
		}
		return this.members.perform(new Command.Ensure(wish.toNewMember(address)), dryRun, caller);
	}

	@PatchMapping(path = REF,
			consumes = { MemberMediaTypes.MERGE_PATCH_VALUE, MediaType.APPLICATION_JSON_VALUE,
					MemberMediaTypes.SCIM_JSON_VALUE },
			produces = { MediaType.APPLICATION_JSON_VALUE, MemberMediaTypes.SCIM_JSON_VALUE,
					MediaType.APPLICATION_PROBLEM_JSON_VALUE })
	@AuditedAs(Activity.UPDATE_ROLE)
	RenderedResponse changeRole(CallContext caller, @PathVariable String member,
			@Valid @RequestBody RoleChangeRequest body, HttpServletRequest request) {
		boolean dryRun = Parameters.isDryRun(request);
		return this.members.perform(new Command.ChangeRole(ref(member), body.role()), dryRun, caller);
	}

	/** Never 406: most successes have no body. */
	@DeleteMapping(REF)
	@AuditedAs(Activity.DELETE)
	RenderedResponse remove(CallContext caller, @PathVariable String member, HttpServletRequest request) {
		boolean dryRun = Parameters.isDryRun(request);
		return this.members.perform(new Command.Remove(ref(member)), dryRun, caller);
	}

	@GetMapping(path = REF,
			produces = { MediaType.APPLICATION_JSON_VALUE, MemberMediaTypes.SCIM_JSON_VALUE,
					MediaType.APPLICATION_PROBLEM_JSON_VALUE })
	@AuditedAs(Activity.READ)
	RenderedResponse read(CallContext caller, @PathVariable String member, HttpServletRequest request) {
		Parameters.of(request).check();
		return this.members.perform(new Command.Read(ref(member)), false, caller);
	}

	@GetMapping(produces = { MediaType.APPLICATION_JSON_VALUE, MemberMediaTypes.SCIM_JSON_VALUE,
			MediaType.APPLICATION_PROBLEM_JSON_VALUE })
	@AuditedAs(Activity.LIST)
	RenderedResponse list(CallContext caller, HttpServletRequest request) {
		return this.members.perform(MemberQuery.of(request), false, caller);
	}

	private static MemberRef ref(String text) {
		return text.contains("@") ? new MemberRef.ByAddress(address(text)) : new MemberRef.ById(MemberId.find(text)
			// No id has so many digits.
			.orElseThrow(() -> new ProblemException(DeliveryProblems.ofNoMember())));
	}

	private static EmailAddress address(String text) {
		String normalized = EmailAddress.normalize(text);
		EmailAddress.findFault(normalized).ifPresent((fault) -> {
			throw invalid(InputError.inRequest(InputCode.INVALID_ADDRESS, "the address in the path " + fault));
		});
		return new EmailAddress(normalized);
	}

	private static ProblemException invalid(InputError error) {
		return new ProblemException(Problem.of(ProblemType.INVALID_REQUEST, "The request cannot be carried out.")
			.withErrors(List.of(error)));
	}

}
