package dev.memberproxy.members;

import java.util.Optional;

import dev.memberproxy.core.Role;
import dev.memberproxy.idempotency.Fingerprint;
import dev.memberproxy.organizations.Organization;
import dev.memberproxy.sentry.NewMember;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Tells whether two requests to create a member ask for the same. Goes by what they mean:
 * neither the case of an address nor the order of the fields makes a difference.
 */
final class RequestFingerprints {

	private final ObjectWriter canonical = JsonMapper.builder()
		.enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
		.enable(JsonNodeFeature.WRITE_PROPERTIES_SORTED)
		.build()
		.writer();

	Fingerprint of(Organization organization, NewMember member) {
		return Fingerprint.of(organization.alias(), member.address().value(),
				Optional.ofNullable(member.role()).map(Role::id).orElse(""),
				this.canonical.writeValueAsString(member.attributes()));
	}

}
