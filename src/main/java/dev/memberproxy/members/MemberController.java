package dev.memberproxy.members;

import java.util.List;
import java.util.Optional;

import dev.memberproxy.audit.Activity;
import dev.memberproxy.core.EmailAddress;
import dev.memberproxy.core.MemberId;
import dev.memberproxy.core.MemberRef;
import dev.memberproxy.idempotency.IdempotencyKey;
import dev.memberproxy.problem.InputCode;
import dev.memberproxy.problem.InputError;
import dev.memberproxy.problem.Problem;
import dev.memberproxy.problem.ProblemException;
import dev.memberproxy.problem.ProblemType;
import dev.memberproxy.problem.RenderedResponse;
import dev.memberproxy.provisioning.MemberCommand;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.validation.Valid;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
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
 * The {@code /members} resource of the default organization and of those with an alias.
 */
@RestController
@RequestMapping(path = { "/members", "/organizations/{alias}/members" })
class MemberController {

	/** An id, or anything that may be meant as an address. */
	private static final String REF = "/{member:[0-9]+|.*@.*}";

	private final MemberRequestHandler handler;

	MemberController(MemberRequestHandler handler) {
		this.handler = handler;
	}

	@PostMapping(consumes = { MediaType.APPLICATION_JSON_VALUE, MediaTypes.SCIM_JSON_VALUE },
			produces = { MediaType.APPLICATION_JSON_VALUE, MediaTypes.SCIM_JSON_VALUE })
	@AuditedAs(Activity.CREATE)
	ResponseEntity<byte[]> create(CallContext context, @Valid @RequestBody CreateRequest body,
			HttpServletRequest request) {
		boolean dryRun = Parameters.isDryRun(request);
		MemberCommand.Create command = new MemberCommand.Create(body.toNewMember());
		Optional<IdempotencyKey> key = IdempotencyKey.of(request, context.client().name());
		RenderedResponse response = (key.isPresent() && !dryRun) ? this.handler.handleOnce(command, key.get(), context)
				: this.handler.handle(command, dryRun, context);
		return response.toEntity();
	}

	@PutMapping(path = "/{member:.*@.*}", consumes = { MediaType.APPLICATION_JSON_VALUE, MediaTypes.SCIM_JSON_VALUE },
			produces = { MediaType.APPLICATION_JSON_VALUE, MediaTypes.SCIM_JSON_VALUE })
	@AuditedAs(Activity.ENSURE)
	ResponseEntity<byte[]> ensure(CallContext context, @PathVariable String member,
			@Valid @RequestBody(required = false) @Nullable EnsureRequest body, HttpServletRequest request) {
		boolean dryRun = Parameters.isDryRun(request);
		EmailAddress address = address(member);
		EnsureRequest requested = (body != null) ? body : EnsureRequest.EMPTY;
		if (requested.userName() != null && !requested.userName().equals(address.value())) {
			throw invalid(InputError.inBody("/userName", InputCode.INVALID_VALUE,
					"must be the address in the path, or be left out"));
		}
		MemberCommand command = new MemberCommand.Ensure(requested.toNewMember(address));
		return this.handler.handle(command, dryRun, context).toEntity();
	}

	@PatchMapping(path = REF,
			consumes = { MediaTypes.MERGE_PATCH_VALUE, MediaType.APPLICATION_JSON_VALUE, MediaTypes.SCIM_JSON_VALUE },
			produces = { MediaType.APPLICATION_JSON_VALUE, MediaTypes.SCIM_JSON_VALUE })
	@AuditedAs(Activity.UPDATE_ROLE)
	ResponseEntity<byte[]> updateRole(CallContext context, @PathVariable String member,
			@Valid @RequestBody UpdateRoleRequest body, HttpServletRequest request) {
		boolean dryRun = Parameters.isDryRun(request);
		MemberCommand command = new MemberCommand.UpdateRole(ref(member), body.role());
		return this.handler.handle(command, dryRun, context).toEntity();
	}

	/**
	 * Has no {@code produces}: most successes have no body, so that nothing is
	 * unacceptable.
	 */
	@DeleteMapping(REF)
	@AuditedAs(Activity.DELETE)
	ResponseEntity<byte[]> delete(CallContext context, @PathVariable String member, HttpServletRequest request) {
		boolean dryRun = Parameters.isDryRun(request);
		RenderedResponse response = this.handler.handle(new MemberCommand.Delete(ref(member)), dryRun, context);
		boolean needsType = response.body().length > 0 && !response.headers().containsKey(HttpHeaders.CONTENT_TYPE);
		return (needsType ? response.with(HttpHeaders.CONTENT_TYPE, MediaType.APPLICATION_JSON_VALUE) : response)
			.toEntity();
	}

	@GetMapping(path = REF, produces = { MediaType.APPLICATION_JSON_VALUE, MediaTypes.SCIM_JSON_VALUE })
	@AuditedAs(Activity.READ)
	ResponseEntity<byte[]> read(CallContext context, @PathVariable String member, HttpServletRequest request) {
		Parameters.of(request).check();
		return this.handler.handle(new MemberCommand.Find(ref(member)), false, context).toEntity();
	}

	@GetMapping(produces = { MediaType.APPLICATION_JSON_VALUE, MediaTypes.SCIM_JSON_VALUE })
	@AuditedAs(Activity.LIST)
	ResponseEntity<byte[]> list(CallContext context, HttpServletRequest request) {
		return this.handler.handle(Parameters.readList(request), false, context).toEntity();
	}

	private static MemberRef ref(String text) {
		return text.contains("@") ? new MemberRef.ByAddress(address(text)) : new MemberRef.ById(MemberId.find(text)
			// No id has so many digits.
			.orElseThrow(() -> new ProblemException(MemberProblems.notFound())));
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
