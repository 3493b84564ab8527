package dev.memberproxy.members;

import java.util.Map;
import java.util.Set;

/** A body of which it is known which fields had the JSON type that they should have. */
interface TypedFields {

	/**
	 * The fields that had another JSON type.
	 * @return their names
	 */
	Set<String> mistyped();

	/**
	 * The fields that the body must not have.
	 * @return for each name the end of a sentence that begins with it and says why; a
	 * message template of Bean Validation, without braces
	 */
	Map<String, String> unsupported();

}
