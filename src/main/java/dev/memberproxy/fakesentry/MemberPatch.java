package dev.memberproxy.fakesentry;

import java.util.List;
import java.util.Map;
import java.util.Optional;

import tools.jackson.databind.JsonNode;

/**
 * The body of PATCH, which Sentry knows for one purpose only: to make a member inactive.
 *
 * @param body a JSON object
 */
record MemberPatch(JsonNode body) {

	private static final int MAX_OPERATIONS = 100;

	/**
	 * Says what is wrong with the form of the body.
	 * @return the faults by field, or empty if there are none
	 */
	Optional<Map<String, Object>> findFault() {
		JsonNode operations = operations();
		if (operations.isMissingNode()) {
			return fault("This field is required.");
		}
		if (!operations.isArray()) {
			return fault("Expected a list of items.");
		}
		if (operations.size() > MAX_OPERATIONS) {
			return fault("Ensure this field has no more than " + MAX_OPERATIONS + " elements.");
		}
		for (JsonNode operation : operations) {
			String op = operation.path("op").asString("");
			if (!op.equalsIgnoreCase("replace")) {
				return fault(Map.of("op", List.of("\"" + op + "\" is not a valid choice.")));
			}
			JsonNode value = operation.path("value");
			if (!value.isBoolean() && !value.isObject() && !isFalse(value) && !isText(value, "true")) {
				return fault(Map.of("value", List.of("value must be a boolean or object")));
			}
		}
		return Optional.empty();
	}

	boolean isEmpty() {
		return operations().isEmpty();
	}

	/**
	 * Whether the member is to be made inactive. Only the first operation counts.
	 * @return whether this is what is asked for
	 */
	boolean deactivates() {
		JsonNode operation = operations().path(0);
		JsonNode value = operation.path("value");
		return value.isObject() ? isFalse(value.path("active"))
				: operation.path("path").asString("").equals("active") && isFalse(value);
	}

	private JsonNode operations() {
		return this.body.path("Operations");
	}

	private static boolean isFalse(JsonNode node) {
		return (node.isBoolean() && !node.booleanValue()) || isText(node, "false");
	}

	private static boolean isText(JsonNode node, String text) {
		return node.isString() && node.stringValue().equalsIgnoreCase(text);
	}

	private static Optional<Map<String, Object>> fault(Object fault) {
		return Optional.of(Map.of("Operations", List.of(fault)));
	}

}
