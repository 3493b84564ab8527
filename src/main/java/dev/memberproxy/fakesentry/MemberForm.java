package dev.memberproxy.fakesentry;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

import dev.memberproxy.core.Role;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The two fields that Sentry reads from the body of POST and PUT, and its opinion of
 * them.
 *
 * @param body a JSON object
 */
record MemberForm(JsonNode body) {

	private static final int MAX_LENGTH = 75;

	private static final String WORD = "[-!#$%&'*+/=?^_`{}|~0-9a-zA-Z]+";

	private static final String LABEL = "[0-9a-zA-Z](?:[0-9a-zA-Z-]{0,61}[0-9a-zA-Z])?";

	/** Django's, less quoted local parts and international domains. */
	private static final Pattern ADDRESS = Pattern
		.compile(WORD + "(?:\\." + WORD + ")*@(?:" + LABEL + "\\.)+[0-9a-zA-Z-]{1,62}[0-9a-zA-Z]");

	private static final String BLOCKED_DOMAIN = "@qq.com";

	/**
	 * The role asked for.
	 * @return the role in lower case, or null for the organization's default
	 */
	@Nullable String role() {
		JsonNode role = roleNode();
		return isFalsy(role) ? null : role.stringValue().toLowerCase(Locale.ROOT);
	}

	Optional<FakeReply> findRoleFault() {
		JsonNode role = roleNode();
		if (isFalsy(role)) {
			return Optional.empty();
		}
		if (!role.isString()) {
			// Sentry calls a method of texts on whatever it finds.
			return Optional.of(FakeReply.internalError());
		}
		return Role.find(role.stringValue()).isPresent() ? Optional.empty()
				: Optional.of(FakeReply.badRequest("Invalid organization role."));
	}

	String userName() {
		return userNameNode().asString().strip();
	}

	List<String> findUserNameFaults() {
		JsonNode node = userNameNode();
		if (node.isMissingNode() || node.isNull()) {
			return List.of("This field may not be null.");
		}
		if (!node.isString() && !node.isNumber()) {
			return List.of("Not a valid string.");
		}
		String userName = userName();
		if (userName.isEmpty()) {
			return List.of("This field may not be blank.");
		}
		List<String> faults = new ArrayList<>();
		if (userName.length() > MAX_LENGTH) {
			faults.add("Ensure this field has no more than " + MAX_LENGTH + " characters.");
		}
		if (!ADDRESS.matcher(userName).matches() || userName.toLowerCase(Locale.ROOT).endsWith(BLOCKED_DOMAIN)) {
			faults.add("Enter a valid email address.");
		}
		return faults;
	}

	private JsonNode roleNode() {
		return this.body.path("sentryOrgRole");
	}

	private JsonNode userNameNode() {
		return this.body.path("userName");
	}

	/** What Python takes for false. */
	private static boolean isFalsy(JsonNode node) {
		return node.isMissingNode() || node.isNull() || (node.isBoolean() && !node.booleanValue())
				|| (node.isNumber() && node.doubleValue() == 0) || (node.isString() && node.stringValue().isEmpty())
				|| (node.isContainer() && node.isEmpty());
	}

}
