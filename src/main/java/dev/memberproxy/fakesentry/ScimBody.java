package dev.memberproxy.fakesentry;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

import dev.memberproxy.core.Role;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What Sentry reads from a body, and how it validates it: of POST and PUT, address and
 * role; of PATCH, whether the member becomes inactive.
 *
 * @param json a JSON object
 */
record ScimBody(JsonNode json) {

	private static final int MAX_LENGTH = 75;

	private static final int MAX_OPERATIONS = 100;

	private static final String WORD = "[-!#$%&'*+/=?^_`{}|~0-9a-zA-Z]+";

	private static final String LABEL = "[0-9a-zA-Z](?:[0-9a-zA-Z-]{0,61}[0-9a-zA-Z])?";

	/** Django's pattern, without quoted local parts and international domains. */
	private static final Pattern ADDRESS = Pattern
		.compile(WORD + "(?:\\." + WORD + ")*@(?:" + LABEL + "\\.)+[0-9a-zA-Z-]{1,62}[0-9a-zA-Z]");

	private static final String BLOCKED_DOMAIN = "@qq.com";

	/**
	 * The requested role.
	 * @return the role in lower case, or null for the organization's default
	 */
	@Nullable String role() {
		JsonNode role = roleNode();
		return isFalsy(role) ? null : role.stringValue().toLowerCase(Locale.ROOT);
	}

	Optional<FakeResponse> findRoleError() {
		JsonNode role = roleNode();
		if (isFalsy(role)) {
			return Optional.empty();
		}
		if (!role.isString()) {
			// Sentry calls a string method on any value.
			return Optional.of(FakeResponse.internalError());
		}
		return Role.find(role.stringValue()).isPresent() ? Optional.empty()
				: Optional.of(FakeResponse.badRequest("Invalid organization role."));
	}

	String userName() {
		return userNameNode().asString().strip();
	}

	List<String> findUserNameErrors() {
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
		List<String> errors = new ArrayList<>();
		if (userName.length() > MAX_LENGTH) {
			errors.add("Ensure this field has no more than " + MAX_LENGTH + " characters.");
		}
		if (!ADDRESS.matcher(userName).matches() || userName.toLowerCase(Locale.ROOT).endsWith(BLOCKED_DOMAIN)) {
			errors.add("Enter a valid email address.");
		}
		return errors;
	}

	JsonNode operations() {
		return this.json.path("Operations");
	}

	/** A text, or texts by field. */
	Optional<Object> findOperationsError() {
		JsonNode operations = operations();
		if (operations.isMissingNode()) {
			return Optional.of("This field is required.");
		}
		if (!operations.isArray()) {
			return Optional.of("Expected a list of items.");
		}
		if (operations.size() > MAX_OPERATIONS) {
			return Optional.of("Ensure this field has no more than " + MAX_OPERATIONS + " elements.");
		}
		for (JsonNode operation : operations) {
			String op = operation.path("op").asString("");
			if (!op.equalsIgnoreCase("replace")) {
				return Optional.of(Map.of("op", List.of("\"" + op + "\" is not a valid choice.")));
			}
			JsonNode value = operation.path("value");
			if (!value.isBoolean() && !value.isObject() && !isFalse(value) && !isText(value, "true")) {
				return Optional.of(Map.of("value", List.of("value must be a boolean or object")));
			}
		}
		return Optional.empty();
	}

	/** Whether the member becomes inactive. Sentry reads the first operation only. */
	boolean deactivates() {
		JsonNode operation = operations().path(0);
		JsonNode value = operation.path("value");
		return value.isObject() ? isFalse(value.path("active"))
				: operation.path("path").asString("").equals("active") && isFalse(value);
	}

	private JsonNode roleNode() {
		return this.json.path("sentryOrgRole");
	}

	private JsonNode userNameNode() {
		return this.json.path("userName");
	}

	private static boolean isFalse(JsonNode node) {
		return (node.isBoolean() && !node.booleanValue()) || isText(node, "false");
	}

	private static boolean isText(JsonNode node, String text) {
		return node.isString() && node.stringValue().equalsIgnoreCase(text);
	}

	/** Whether Python treats the value as false. */
	private static boolean isFalsy(JsonNode node) {
		return node.isMissingNode() || node.isNull() || (node.isBoolean() && !node.booleanValue())
				|| (node.isNumber() && node.doubleValue() == 0) || (node.isString() && node.stringValue().isEmpty())
				|| (node.isContainer() && node.isEmpty());
	}

}
