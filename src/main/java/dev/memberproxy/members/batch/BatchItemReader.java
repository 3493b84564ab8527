package dev.memberproxy.members.batch;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import dev.memberproxy.core.EmailAddress;
import dev.memberproxy.core.MemberId;
import dev.memberproxy.core.MemberRef;
import dev.memberproxy.members.CreateRequest;
import dev.memberproxy.members.EnsureRequest;
import dev.memberproxy.members.FieldNames;
import dev.memberproxy.members.UpdateRoleRequest;
import dev.memberproxy.problem.InputCode;
import dev.memberproxy.problem.InputError;
import dev.memberproxy.problem.Problem;
import dev.memberproxy.problem.ProblemException;
import dev.memberproxy.problem.ProblemType;
import dev.memberproxy.provisioning.MemberCommand;
import jakarta.validation.Validator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads one item of a batch: the body of the request that {@code op} names, validated as
 * it would be alone, and the member. A field that is null is absent, as generated clients
 * send all fields that they know.
 */
final class BatchItemReader {

	private static final List<String> OPERATIONS = List.of("create", "ensure", "update-role", "delete");

	private static final List<String> FIELDS = List.of("op", "id", "userName", "sentryOrgRole");

	private final ObjectNode fields;

	private final Validator validator;

	private final List<InputError> errors = new ArrayList<>();

	private BatchItemReader(ObjectNode fields, Validator validator) {
		this.fields = fields;
		this.validator = validator;
		FIELDS.stream().filter((name) -> this.fields.path(name).isNull()).forEach(this.fields::remove);
	}

	/**
	 * Reads an item.
	 * @throws ProblemException with everything that is wrong
	 */
	static MemberCommand.Change read(JsonNode item, Validator validator) {
		if (!(item instanceof ObjectNode object)) {
			throw invalid(List.of(InputError.inBody("", InputCode.WRONG_TYPE, "must be a JSON object")));
		}
		return new BatchItemReader(object.deepCopy(), validator).read();
	}

	private static ProblemException invalid(List<InputError> errors) {
		return new ProblemException(
				Problem.of(ProblemType.INVALID_REQUEST, "The item has invalid fields.").withErrors(errors));
	}

	private MemberCommand.Change read() {
		String operation = text("op").orElse("");
		if (!OPERATIONS.contains(operation) && (this.fields.path("op").isString() || !this.fields.has("op"))) {
			this.errors
				.add(InputError.ofField("op", this.fields.has("op") ? InputCode.INVALID_VALUE : InputCode.REQUIRED,
						"must be one of " + String.join(", ", OPERATIONS)));
		}
		this.fields.propertyNames()
			.stream()
			.filter((name) -> !FIELDS.contains(name))
			.forEach((name) -> refuse(name,
					FieldNames.findFault(name, this.fields.path(name)).orElse("is not a field of an item")));
		Optional<MemberCommand.Change> command = switch (operation) {
			case "create" -> create();
			case "ensure" -> ensure();
			case "update-role" -> updateRole();
			case "delete" -> delete();
			default -> Optional.empty();
		};
		return command.filter((_) -> this.errors.isEmpty()).orElseThrow(() -> invalid(this.errors));
	}

	private Optional<MemberCommand.Change> create() {
		refuseId();
		return validate(CreateRequest.of(memberFields()))
			.map((request) -> new MemberCommand.Create(request.toNewMember()));
	}

	private Optional<MemberCommand.Change> ensure() {
		refuseId();
		Optional<EmailAddress> address = address("must be given");
		return validate(EnsureRequest.of(memberFields()))
			.flatMap((request) -> address.map(request::toNewMember).map(MemberCommand.Ensure::new));
	}

	private Optional<MemberCommand.Change> updateRole() {
		Optional<MemberRef> ref = ref();
		ObjectNode body = memberFields();
		body.remove("userName");
		return validate(UpdateRoleRequest.of(body))
			.flatMap((request) -> ref.map((member) -> new MemberCommand.UpdateRole(member, request.role())));
	}

	private Optional<MemberCommand.Change> delete() {
		if (this.fields.has("sentryOrgRole")) {
			refuse("sentryOrgRole", "cannot be given for a member that is deleted");
		}
		return ref().map(MemberCommand.Delete::new);
	}

	private Optional<MemberRef> ref() {
		if (!this.fields.has("id")) {
			return address("must be given, or id").map(MemberRef.ByAddress::new);
		}
		if (this.fields.has("userName")) {
			refuse("userName", "cannot be given together with id");
		}
		Optional<MemberId> id = text("id").flatMap(MemberId::find);
		if (id.isEmpty() && this.fields.path("id").isString()) {
			this.errors.add(InputError.ofField("id", InputCode.INVALID_VALUE, "must be the digits of a member's id"));
		}
		return id.map(MemberRef.ById::new);
	}

	/**
	 * The address of an item that is about an existing member, which may be longer.
	 */
	private Optional<EmailAddress> address(String missing) {
		if (!this.fields.has("userName")) {
			this.errors.add(InputError.ofField("userName", InputCode.REQUIRED, missing));
			return Optional.empty();
		}
		Optional<String> address = text("userName").map(EmailAddress::normalize);
		Optional<String> fault = address.flatMap(EmailAddress::findFault);
		fault.ifPresent((detail) -> this.errors.add(InputError.ofField("userName", InputCode.INVALID_ADDRESS, detail)));
		return address.filter((_) -> fault.isEmpty()).map(EmailAddress::new);
	}

	private ObjectNode memberFields() {
		return this.fields.deepCopy().retain("userName", "sentryOrgRole");
	}

	private <T> Optional<T> validate(T request) {
		List<InputError> found = InputError.of(this.validator.validate(request));
		found.stream().filter((error) -> !this.errors.contains(error)).forEach(this.errors::add);
		return found.isEmpty() ? Optional.of(request) : Optional.empty();
	}

	private void refuseId() {
		if (this.fields.has("id")) {
			refuse("id", "cannot be given for a person that may not be a member yet");
		}
	}

	private Optional<String> text(String field) {
		JsonNode value = this.fields.path(field);
		if (!value.isString() && !value.isMissingNode()) {
			this.errors.add(InputError.ofField(field, InputCode.WRONG_TYPE, "must be a string"));
		}
		return Optional.ofNullable(value.stringValue(null));
	}

	private void refuse(String field, String detail) {
		this.errors.add(InputError.ofField(field, InputCode.UNSUPPORTED_ATTRIBUTE, detail));
	}

}
