package dev.memberproxy.members;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

import dev.memberproxy.core.EmailAddress;
import dev.memberproxy.core.MemberId;
import dev.memberproxy.core.MemberRef;
import dev.memberproxy.core.Role;
import dev.memberproxy.problem.InputCode;
import dev.memberproxy.problem.InputError;
import dev.memberproxy.problem.Problem;
import dev.memberproxy.problem.ProblemException;
import dev.memberproxy.problem.ProblemType;
import dev.memberproxy.sentry.NewMember;
import tools.jackson.databind.JsonNode;

/**
 * Reads one item of a batch. By hand, because which fields an item has depends on what it
 * asks for; all faults are told at once. A field that is null is absent: generated
 * clients send all the fields that they know.
 */
final class BatchItemReader {

	private static final String OP = "op";

	private static final String USER_NAME = "userName";

	private static final String ID = "id";

	private static final String ROLE = "sentryOrgRole";

	private static final Set<String> FIELDS = Set.of(OP, USER_NAME, ID, ROLE);

	private final JsonNode item;

	private final List<InputError> errors = new ArrayList<>();

	private BatchItemReader(JsonNode item) {
		this.item = item;
	}

	/**
	 * Reads an item.
	 * @param item a JSON document
	 * @return what it asks for
	 * @throws ProblemException if it is no item, with all that is wrong
	 */
	static Command read(JsonNode item) {
		return new BatchItemReader(item).read();
	}

	private Command read() {
		if (!this.item.isObject()) {
			refuse("", InputCode.WRONG_TYPE, "must be a JSON object");
			throw invalid();
		}
		this.item.propertyNames()
			.stream()
			.filter((name) -> !FIELDS.contains(name))
			.forEach((name) -> refuse("/" + InputError.escape(name), InputCode.UNSUPPORTED_ATTRIBUTE,
					FieldNames.findFault(name, this.item.path(name)).orElse("is not a field of an item")));
		Optional<Command> command = switch (text(OP).orElse("")) {
			case "create" -> newMember(EmailAddress::findFaultOfNew).map(Command.Create::new);
			case "ensure" -> newMember(EmailAddress::findFault).map(Command.Ensure::new);
			case "update-role" -> changeRole();
			case "delete" -> remove();
			default -> {
				if (this.item.path(OP).isString() || !this.item.hasNonNull(OP)) {
					refuse("/op", this.item.hasNonNull(OP) ? InputCode.INVALID_VALUE : InputCode.REQUIRED,
							"must be one of create, ensure, update-role, delete");
				}
				yield Optional.empty();
			}
		};
		return command.filter((_) -> this.errors.isEmpty()).orElseThrow(this::invalid);
	}

	private Optional<NewMember> newMember(Function<String, Optional<String>> fault) {
		if (this.item.hasNonNull(ID)) {
			refuse("/id", InputCode.UNSUPPORTED_ATTRIBUTE, "cannot be given for somebody who may be no member yet");
		}
		Optional<Role> role = role();
		return address("must be given", fault).map((address) -> new NewMember(address, role.orElse(null), Map.of()));
	}

	private Optional<Command> changeRole() {
		Optional<MemberRef> ref = ref();
		Optional<Role> role = role();
		if (!this.item.hasNonNull(ROLE)) {
			refuse("/sentryOrgRole", InputCode.REQUIRED, "must be given");
		}
		return ref.flatMap((member) -> role.map((wanted) -> new Command.ChangeRole(member, wanted)));
	}

	private Optional<Command> remove() {
		if (this.item.hasNonNull(ROLE)) {
			refuse("/sentryOrgRole", InputCode.UNSUPPORTED_ATTRIBUTE, "cannot be given for a member that goes");
		}
		return ref().map(Command.Remove::new);
	}

	private Optional<MemberRef> ref() {
		if (!this.item.hasNonNull(ID)) {
			return address("must be given, or id", EmailAddress::findFault).map(MemberRef.ByAddress::new);
		}
		if (this.item.hasNonNull(USER_NAME)) {
			refuse("/userName", InputCode.UNSUPPORTED_ATTRIBUTE, "cannot be given together with id");
		}
		Optional<MemberId> id = text(ID).flatMap(MemberId::find);
		if (id.isEmpty() && this.item.path(ID).isString()) {
			refuse("/id", InputCode.INVALID_VALUE, "must be the digits of a member's id");
		}
		return id.map(MemberRef.ById::new);
	}

	private Optional<EmailAddress> address(String missing, Function<String, Optional<String>> findFault) {
		if (!this.item.hasNonNull(USER_NAME)) {
			refuse("/userName", InputCode.REQUIRED, missing);
		}
		return text(USER_NAME).map(EmailAddress::normalize).flatMap((address) -> {
			Optional<String> fault = findFault.apply(address);
			fault.ifPresent((detail) -> refuse("/userName", InputCode.INVALID_ADDRESS, detail));
			return fault.isEmpty() ? Optional.of(new EmailAddress(address)) : Optional.empty();
		});
	}

	private Optional<Role> role() {
		Optional<String> text = text(ROLE);
		Optional<Role> role = text.flatMap(Role::find);
		if (text.isPresent() && role.isEmpty()) {
			refuse("/sentryOrgRole", InputCode.UNKNOWN_ROLE, "must be one of " + String.join(", ", Role.IDS));
		}
		return role;
	}

	private Optional<String> text(String field) {
		JsonNode value = this.item.path(field);
		if (!value.isString() && !value.isNull() && !value.isMissingNode()) {
			refuse("/" + field, InputCode.WRONG_TYPE, "must be a string");
		}
		return Optional.ofNullable(value.stringValue(null));
	}

	private void refuse(String pointer, InputCode code, String detail) {
		this.errors.add(InputError.inBody(pointer, code, detail));
	}

	private ProblemException invalid() {
		return new ProblemException(
				Problem.of(ProblemType.INVALID_REQUEST, "The item has faulty fields.").withErrors(this.errors));
	}

}
