package dev.memberproxy.redis;

import dev.memberproxy.core.Digests;

/**
 * The names in Redis. They have the version of what is stored, so that two versions of
 * the service can run at the same time, and one hash tag, so that a cluster keeps all on
 * one node. Addresses, idempotency keys and names of clients appear as digests only.
 */
final class Keys {

	static final String REPLICAS = name("replicas");

	private Keys() {
	}

	/**
	 * A name.
	 * @param parts what it consists of; no content of a request
	 * @return the name
	 */
	static String name(String... parts) {
		return "{members:1}:" + String.join(":", parts);
	}

	/**
	 * A text that must not be readable.
	 * @param text the text
	 * @return its digest in hexadecimal digits
	 */
	static String digest(String text) {
		return Digests.sha256Hex(text);
	}

}
