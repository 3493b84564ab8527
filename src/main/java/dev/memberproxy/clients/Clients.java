package dev.memberproxy.clients;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Map;
import java.util.Optional;

import dev.memberproxy.core.Digests;

/** The configured clients, by what identifies them. */
final class Clients {

	private final Map<String, Client> byKeySha256;

	private final Map<String, Client> byJwtClientId;

	/**
	 * @param byKeySha256 the clients by the digests of their keys, in lower-case
	 * hexadecimal digits. A fast digest is enough: keys have 256 random bits
	 * @param byJwtClientId the clients by their ids at the identity provider
	 */
	Clients(Map<String, Client> byKeySha256, Map<String, Client> byJwtClientId) {
		this.byKeySha256 = Map.copyOf(byKeySha256);
		this.byJwtClientId = Map.copyOf(byJwtClientId);
	}

	/** Compares with all keys in constant time, so that the time reveals nothing. */
	Optional<Client> findByKey(String key) {
		byte[] digest = ascii(Digests.sha256Hex(key));
		Client found = null;
		for (Map.Entry<String, Client> candidate : this.byKeySha256.entrySet()) {
			if (MessageDigest.isEqual(digest, ascii(candidate.getKey()))) {
				found = candidate.getValue();
			}
		}
		return Optional.ofNullable(found);
	}

	Optional<Client> findByJwtClientId(String id) {
		return Optional.ofNullable(this.byJwtClientId.get(id));
	}

	private static byte[] ascii(String text) {
		return text.getBytes(StandardCharsets.US_ASCII);
	}

}
