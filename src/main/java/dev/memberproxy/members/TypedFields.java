package dev.memberproxy.members;

import java.util.Set;

/** A body of which it is known which fields had the JSON type that they should have. */
interface TypedFields {

	/**
	 * The fields that had another JSON type.
	 * @return their names
	 */
	Set<String> mistyped();

}
