package dev.memberproxy.redis;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;

import javax.crypto.Cipher;
import javax.crypto.KDF;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.HKDFParameterSpec;

import dev.memberproxy.idempotency.IdempotencyKey;
import dev.memberproxy.problem.RenderedResponse;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.http.HttpStatus;

/**
 * A response as Redis keeps it: encrypted under a key that is derived from the caller's
 * idempotency key, which Redis does not have. A reader of Redis has to guess the
 * idempotency key to read the response.
 *
 * @param status the HTTP status
 * @param headers the headers
 * @param body the body
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, and never changed
record StoredResponse(int status, Map<String, String> headers, byte[] body) {

	private static final JsonMapper MAPPER = JsonMapper.shared();

	private static final SecureRandom RANDOM = new SecureRandom();

	/** NIST SP 800-38D section 5.2.1.1. */
	private static final int NONCE_BYTES = 12;

	private static final int TAG_BITS = 128;

	private static final int KEY_BYTES = 32;

	/**
	 * Encrypts a response.
	 * @param response the response
	 * @param key the key of its request
	 * @return Base64 of the nonce, the encrypted response and the tag
	 */
	static String encrypt(RenderedResponse response, IdempotencyKey key) {
		byte[] plain = MAPPER
			.writeValueAsBytes(new StoredResponse(response.status().value(), response.headers(), response.body()));
		byte[] nonce = new byte[NONCE_BYTES];
		RANDOM.nextBytes(nonce);
		byte[] encrypted = apply(Cipher.ENCRYPT_MODE, key, nonce, plain, 0, plain.length);
		return Base64.getEncoder()
			.encodeToString(ByteBuffer.allocate(nonce.length + encrypted.length).put(nonce).put(encrypted).array());
	}

	/**
	 * Decrypts a response.
	 * @param stored what {@link #encrypt} returned
	 * @param key the key of the request
	 * @return the response
	 * @throws IllegalStateException if it was changed, or encrypted with another key
	 */
	static RenderedResponse decrypt(String stored, IdempotencyKey key) {
		byte[] bytes = Base64.getDecoder().decode(stored);
		byte[] plain = apply(Cipher.DECRYPT_MODE, key, Arrays.copyOf(bytes, NONCE_BYTES), bytes, NONCE_BYTES,
				bytes.length - NONCE_BYTES);
		StoredResponse response = MAPPER.readValue(plain, StoredResponse.class);
		return new RenderedResponse(HttpStatus.valueOf(response.status()), response.headers(), response.body(), null);
	}

	private static byte[] apply(int mode, IdempotencyKey key, byte[] nonce, byte[] input, int offset, int length) {
		try {
			Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
			cipher.init(mode, derive(key), new GCMParameterSpec(TAG_BITS, nonce));
			return cipher.doFinal(input, offset, length);
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException("A stored response cannot be encrypted or decrypted", ex);
		}
	}

	/** RFC 5869. The client's name keeps apart clients that use the same key. */
	private static SecretKey derive(IdempotencyKey key) throws GeneralSecurityException {
		return KDF.getInstance("HKDF-SHA256")
			.deriveKey("AES",
					HKDFParameterSpec.ofExtract()
						.addIKM(key.value().getBytes(StandardCharsets.UTF_8))
						.addSalt(key.client().getBytes(StandardCharsets.UTF_8))
						.thenExpand("sentry-member-proxy stored response".getBytes(StandardCharsets.UTF_8), KEY_BYTES));
	}

}
