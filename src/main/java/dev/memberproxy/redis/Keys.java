package dev.memberproxy.redis;

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
	 * @param parts what it consists of; digests in place of what a caller sent
	 * @return the name
	 */
	static String name(String... parts) {
		return "{members:1}:" + String.join(":", parts);
	}

}
