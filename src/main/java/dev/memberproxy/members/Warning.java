package dev.memberproxy.members;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.memberproxy.problem.InputError;
import org.jspecify.annotations.Nullable;

/**
 * What a caller should know about a success.
 *
 * @param code the kind of warning, for programs; there may be new ones
 * @param detail the warning in words, for people
 * @param pointer the field that it is about, as a JSON pointer (RFC 6901), or null
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonPropertyOrder({ "code", "detail", "pointer" })
record Warning(Code code, String detail, @Nullable String pointer) {

	/** Sentry assigned another role, or did not return it. */
	static final Warning ROLE_DIFFERS = new Warning(Code.ROLE_DIFFERS,
			"Sentry has not confirmed the requested role. Check sentryOrgRole.", null);

	/** The member exists, but Sentry does not list it. */
	static final Warning NOT_LISTED = new Warning(Code.NOT_LISTED,
			"Sentry accepted an open request to join, and does not list the member until somebody approves it. The member"
					+ " can be read by its id.",
			null);

	/** A field that neither this service nor SCIM defines. */
	static Warning ofUnknownAttribute(String name) {
		return new Warning(Code.UNKNOWN_ATTRIBUTE,
				"Neither this service nor SCIM defines this field. It is passed on to Sentry, which ignores it.",
				"/" + InputError.escape(name));
	}

	/** The kinds of warnings. */
	enum Code {

		ROLE_DIFFERS("role-differs"), NOT_LISTED("not-listed"), UNKNOWN_ATTRIBUTE("unknown-attribute");

		private final String id;

		Code(String id) {
			this.id = id;
		}

		@JsonValue
		String id() {
			return this.id;
		}

	}

}
