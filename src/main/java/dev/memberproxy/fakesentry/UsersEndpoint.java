package dev.memberproxy.fakesentry;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import dev.memberproxy.fakesentry.FakeMember.State;
import dev.memberproxy.fakesentry.FakeOrganization.Creation;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Sentry's SCIM resource of the members, for callers who are known and may do everything.
 */
final class UsersEndpoint {

	private static final String LIST_RESPONSE = "urn:ietf:params:scim:api:messages:2.0:ListResponse";

	private final FakeOrganization organization;

	private final JsonMapper mapper;

	private final Duration slowness;

	/** The addresses that the limiter has stopped once. */
	private final Set<String> limited = ConcurrentHashMap.newKeySet();

	/**
	 * @param organization the members
	 * @param mapper writes the JSON inside of texts
	 * @param slowness how long the slow address takes
	 */
	UsersEndpoint(FakeOrganization organization, JsonMapper mapper, Duration slowness) {
		this.organization = organization;
		this.mapper = mapper;
		this.slowness = slowness;
	}

	FakeReply create(JsonNode body) throws InterruptedException {
		if (!body.isObject()) {
			return FakeReply.internalError();
		}
		MemberForm form = new MemberForm(body);
		Optional<FakeReply> roleFault = form.findRoleFault();
		if (roleFault.isPresent()) {
			return roleFault.get();
		}
		List<String> userNameFaults = form.findUserNameFaults();
		if (!userNameFaults.isEmpty()) {
			return refuseFields(Map.of("email", userNameFaults));
		}
		return create(form.userName(), form.role());
	}

	private FakeReply create(String userName, @Nullable String role) throws InterruptedException {
		return switch (MagicAddress.find(userName).orElse(null)) {
			case RATE_LIMITED -> this.limited.add(userName) ? FakeReply.rateLimited() : enroll(userName, role);
			case BROKEN -> FakeReply.badGateway();
			case JOINED -> {
				this.organization.ensure(userName, State.JOINED);
				yield enroll(userName, role);
			}
			case INVITED -> {
				this.organization.ensure(userName, State.INVITED);
				yield enroll(userName, role);
			}
			case REQUESTED -> {
				this.organization.ensure(userName, State.REQUESTED);
				yield enroll(userName, role);
			}
			case SECOND -> {
				this.organization.ensure("first" + userName.substring(userName.indexOf('@')), State.JOINED, userName);
				yield enroll(userName, role);
			}
			case SLOW -> {
				Thread.sleep(this.slowness);
				yield enroll(userName, role);
			}
			case DROPPED -> {
				FakeReply reply = enroll(userName, role);
				yield (reply.status() == 201) ? FakeReply.NONE : reply;
			}
			case null -> enroll(userName, role);
		};
	}

	private FakeReply enroll(String userName, @Nullable String role) {
		return switch (this.organization.create(userName, role)) {
			case Creation.Created(FakeMember member) -> FakeReply.json(201, ScimUser.of(member));
			case Creation.Refused.JOINED ->
				FakeReply.scimError(409, "uniqueness", "User already exists in the database.");
			case Creation.Refused.INVITED ->
				refuseFields(Map.of("email", List.of("The user " + userName + " has already been invited")));
			case Creation.Refused.REQUESTED_WITH_OTHER_ROLE -> FakeReply.internalError();
		};
	}

	FakeReply list(@Nullable String rawQuery) {
		ListQuery query = ListQuery.parse(rawQuery);
		Map<String, List<String>> faults = query.findNumberFaults();
		if (!faults.isEmpty()) {
			return FakeReply.json(400, faults);
		}
		if (query.hasBadFilter()) {
			return FakeReply.scimError(400, "invalidFilter", null);
		}
		List<FakeMember> all = this.organization.list(query.userName());
		List<ScimUser> page = all.stream()
			.skip(query.startIndex() - 1L)
			.limit(query.count())
			.map(ScimUser::of)
			.toList();
		return FakeReply.json(200, Map.of("schemas", List.of(LIST_RESPONSE), "totalResults", all.size(), "startIndex",
				query.startIndex(), "itemsPerPage", page.size(), "Resources", page));
	}

	FakeReply get(FakeMember member) {
		return FakeReply.json(200, ScimUser.of(member));
	}

	FakeReply changeRole(FakeMember member, JsonNode body) {
		if (!body.isObject()) {
			return FakeReply.internalError();
		}
		MemberForm form = new MemberForm(body);
		return form.findRoleFault()
			.or(() -> this.organization.changeRole(member.id(), form.role()).map(this::get))
			.orElseGet(FakeReply::memberNotFound);
	}

	FakeReply patch(FakeMember member, JsonNode body) {
		if (!body.isObject()) {
			return FakeReply.internalError();
		}
		MemberPatch patch = new MemberPatch(body);
		Optional<Map<String, Object>> fault = patch.findFault();
		if (fault.isPresent()) {
			return refuseFields(fault.get());
		}
		if (patch.isEmpty()) {
			return get(member);
		}
		return patch.deactivates() ? remove(member) : FakeReply.badRequest("Invalid Patch Operation.");
	}

	FakeReply remove(FakeMember member) {
		return switch (this.organization.remove(member.id())) {
			case REMOVED -> FakeReply.noContent();
			case UNKNOWN -> FakeReply.memberNotFound();
			case LAST_OWNER -> FakeReply.error(403, "You cannot remove the only remaining owner of the organization.");
		};
	}

	/** Sentry puts the faults into the text of the error, as JSON. */
	private FakeReply refuseFields(Map<String, ?> faults) {
		return FakeReply.badRequest(this.mapper.writeValueAsString(faults));
	}

}
