package dev.memberproxy.redis;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

import dev.memberproxy.idempotency.IdempotencyKey;
import dev.memberproxy.problem.RenderedResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.http.HttpStatus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class StoredResponseTests {

	private static final IdempotencyKey KEY = new IdempotencyKey("portal", "0d1b6c1e-key");

	private static final RenderedResponse CREATED = RenderedResponse
		.of(HttpStatus.CREATED, "{\"userName\":\"ada@example.com\"}".getBytes(StandardCharsets.UTF_8))
		.with("Location", "/members/1");

	@ParameterizedTest
	@ValueSource(ints = { 201, 204, 409 })
	void decryptReturnsWhatWasEncrypted(int status) {
		RenderedResponse response = new RenderedResponse(HttpStatus.valueOf(status), CREATED.headers(),
				(status == 204) ? new byte[0] : CREATED.body(), null);
		assertThat(StoredResponse.decrypt(StoredResponse.encrypt(response, KEY), KEY)).usingRecursiveComparison()
			.isEqualTo(response);
	}

	@Test
	void encryptHidesTheResponseAndNeverRepeatsItself() {
		String stored = StoredResponse.encrypt(CREATED, KEY);
		assertThat(new String(Base64.getDecoder().decode(stored), StandardCharsets.ISO_8859_1)).doesNotContain("ada",
				"example", "Location", "members");
		assertThat(StoredResponse.encrypt(CREATED, KEY)).isNotEqualTo(stored);
	}

	@Test
	void decryptWithAnotherKeyFails() {
		String stored = StoredResponse.encrypt(CREATED, KEY);
		assertThatIllegalStateException()
			.isThrownBy(() -> StoredResponse.decrypt(stored, new IdempotencyKey("portal", "another")));
		assertThatIllegalStateException()
			.isThrownBy(() -> StoredResponse.decrypt(stored, new IdempotencyKey("another", KEY.value())));
	}

	@Test
	void decryptOfAChangedResponseFails() {
		byte[] stored = Base64.getDecoder().decode(StoredResponse.encrypt(CREATED, KEY));
		stored[20] ^= 1;
		String changed = Base64.getEncoder().encodeToString(stored);
		assertThatIllegalStateException().isThrownBy(() -> StoredResponse.decrypt(changed, KEY));
	}

}
