package dev.memberproxy.idempotency;

import java.util.Arrays;
import java.util.stream.Collectors;

import dev.memberproxy.core.Digests;

/**
 * Identifies what a request asks for. A digest, so that the store holds no content of the
 * request.
 *
 * @param value SHA-256 in hexadecimal digits
 */
public record Fingerprint(String value) {

	/**
	 * The fingerprint of a request.
	 * @param parts everything that makes requests differ, in a fixed order
	 * @return the fingerprint
	 */
	public static Fingerprint of(String... parts) {
		// With its length, so that different parts never join to the same text.
		return new Fingerprint(Digests
			.sha256Hex(Arrays.stream(parts).map((part) -> part.length() + ":" + part).collect(Collectors.joining())));
	}

}
