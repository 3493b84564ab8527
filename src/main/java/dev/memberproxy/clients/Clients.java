package dev.memberproxy.clients;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The clients that are configured. */
final class Clients {

	private final Map<String, Client> byJwtClientId;

	private final List<Key> keys;

	/**
	 * @param byJwtClientId the clients by the ids that they have at the identity provider
	 * @param keys the keys of all clients
	 */
	Clients(Map<String, Client> byJwtClientId, List<Key> keys) {
		this.byJwtClientId = Map.copyOf(byJwtClientId);
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

	/**
	 * Finds the client that has an id at the identity provider.
	 * @param id the id, compared exactly
	 * @return the client, or empty if the id is no client's
	 */
	Optional<Client> findByJwtClientId(String id) {
		return Optional.ofNullable(this.byJwtClientId.get(id));
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
