package dev.memberproxy.clients;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The clients that are configured. */
final class Clients {

	private final Map<String, Client> byName;

	private final List<Key> keys;

	Clients(Map<String, Client> byName, List<Key> keys) {
		this.byName = Map.copyOf(byName);
		this.keys = List.copyOf(keys);
	}

	/**
	 * Finds the client that a key belongs to. Compares with the keys of all clients, so
	 * that the time it takes tells nothing.
	 * @param key the key as it was sent
	 * @return the client, or empty if the key is nobody's
	 */
	Optional<Client> findByKey(String key) {
		KeyDigest digest = KeyDigest.of(key);
		Client found = null;
		for (Key candidate : this.keys) {
			if (candidate.digest().isSame(digest)) {
				found = candidate.client();
			}
		}
		return Optional.ofNullable(found);
	}

	Optional<Client> findByName(String name) {
		return Optional.ofNullable(this.byName.get(name));
	}

	/**
	 * A key of a client.
	 *
	 * @param digest the digest of the key
	 * @param client whose it is
	 */
	record Key(KeyDigest digest, Client client) {
	}

}
