package dev.memberproxy.members;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.memberproxy.problem.InputErrors;
import org.jspecify.annotations.Nullable;

/**
 * What a caller should know about a response that is a success all the same.
 *
 * @param code the kind of warning, for programs; there may be new ones
 * @param detail the warning in words, for people
 * @param pointer the field that it is about, as a JSON pointer (RFC 6901); null if it is
 * about none
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonPropertyOrder({ "code", "detail", "pointer" })
record Warning(String code, String detail, @Nullable String pointer) {

	/** Sentry gave another role, or did not report which. */
	static final Warning ROLE_DIFFERS = new Warning("role-differs",
			"Sentry has not confirmed the role that was asked for: look at sentryOrgRole.", null);

	/** The member is there, but Sentry does not list it. */
	static final Warning NOT_LISTED = new Warning("not-listed",
			"Sentry accepted an open request to join, and does not list the member until somebody approves it there. The"
					+ " member is found by its id.",
			null);

	/** A field that neither this service nor SCIM defines. */
	static Warning ofUnknownAttribute(String name) {
		return new Warning("unknown-attribute",
				"Neither this service nor SCIM defines this field. It is passed on to Sentry, which ignores it.",
				"/" + InputErrors.escape(name));
	}

}
