package dev.memberproxy.idempotency;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

class FingerprintTests {

	@Test
	void ofReturnsDigestOnly() {
		assertThat(Fingerprint.of("POST", "ada@example.com").value()).matches("[0-9a-f]{64}");
	}

	@ParameterizedTest
	@MethodSource("differentParts")
	void ofWhenPartsDifferReturnsDifferentValue(List<String> parts, List<String> others) {
		assertThat(fingerprint(parts)).isNotEqualTo(fingerprint(others));
	}

	private static List<Arguments> differentParts() {
		return List.of(
				// Other parts.
				Arguments.of(List.of("POST", "default"), List.of("POST", "second")),
				Arguments.of(List.of("POST", "default"), List.of("POST", "Default")),
				Arguments.of(List.of("ä"), List.of("a\u0308")),
				// Same text, split differently.
				Arguments.of(List.of("ab", "c"), List.of("a", "bc")), Arguments.of(List.of("ab"), List.of("a", "b")),
				Arguments.of(List.of("ab", ""), List.of("", "ab")), Arguments.of(List.of("ab"), List.of("ab", "")),
				Arguments.of(List.of("", ""), List.of("")), Arguments.of(List.of(""), List.of()),
				Arguments.of(List.of("a\0\0\0\1b"), List.of("a", "b")),
				// Other order.
				Arguments.of(List.of("a", "b"), List.of("b", "a")));
	}

	private static Fingerprint fingerprint(List<String> parts) {
		return Fingerprint.of(parts.toArray(String[]::new));
	}

}
