package dev.memberproxy.idempotency;

import java.util.Arrays;
import java.util.stream.Collectors;

import dev.memberproxy.core.Digests;

/**
 * What makes two requests the same: a digest, so that the store holds nothing of what was
 * asked.
 *
 * @param value SHA-256 in hexadecimal digits
 */
public record Fingerprint(String value) {

	/**
	 * The fingerprint of a request that is made of some parts.
	 * @param parts method, organization, query, body and what else counts, in a fixed
	 * order
	 * @return the fingerprint
	 */
	public static Fingerprint of(String... parts) {
		// With its length, so that different parts never join to the same text.
		return new Fingerprint(Digests
			.sha256Hex(Arrays.stream(parts).map((part) -> part.length() + ":" + part).collect(Collectors.joining())));
	}

}
