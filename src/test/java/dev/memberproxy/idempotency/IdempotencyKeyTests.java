package dev.memberproxy.idempotency;

import java.util.List;

import dev.memberproxy.problem.InputCode;
import dev.memberproxy.problem.InputError;
import dev.memberproxy.problem.Problem;
import dev.memberproxy.problem.ProblemException;
import dev.memberproxy.problem.ProblemType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.http.HttpStatus;
import org.springframework.mock.web.MockHttpServletRequest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

class IdempotencyKeyTests {

	private final MockHttpServletRequest request = new MockHttpServletRequest();

	@ParameterizedTest
	@ValueSource(strings = { "k", "!", "~", "\"8e03978e-40d5-43dd-bc93-6894a57f9324\"", "a,b", "a;b=c" })
	void ofWhenHeaderIsVisibleAsciiKeepsItAsIs(String value) {
		add(value);
		assertThat(IdempotencyKey.of(this.request, "client")).hasValue(new IdempotencyKey("client", value));
	}

	@Test
	void ofWhenHeaderHasMaximumLengthAcceptsIt() {
		String value = "k".repeat(255);
		add(value);
		assertThat(IdempotencyKey.of(this.request, "client")).hasValue(new IdempotencyKey("client", value));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "one two", " one", "one ", "schlüssel", "one\u00a0two", "\u2028", "one\ttwo",
			"one\u0000", "one\u001f", "one\u007f", "one\u0080", "one\n", "one\r\ntwo" })
	void ofWhenHeaderHasOtherCharactersRejectsIt(String value) {
		add(value);
		assertRefused();
	}

	@ParameterizedTest
	@ValueSource(strings = { "one", "two" })
	void ofWhenHeaderIsRepeatedRejectsIt(String second) {
		add("one");
		add(second);
		assertRefused();
	}

	@Test
	void toStringDoesNotShowKey() {
		assertThat(new IdempotencyKey("client", "secret-key")).hasToString("IdempotencyKey[***]");
	}

	private void add(String value) {
		this.request.addHeader(IdempotencyKey.HEADER, value);
	}

	private void assertRefused() {
		ProblemException refusal = catchThrowableOfType(ProblemException.class,
				() -> IdempotencyKey.of(this.request, "client"));
		assertThat(refusal).isNotNull();
		Problem problem = refusal.getProblem();
		assertThat(problem.type()).isEqualTo(ProblemType.INVALID_REQUEST);
		assertThat(problem.status()).isEqualTo(HttpStatus.BAD_REQUEST);
		assertThat(problem.errors()).isEqualTo(List.of(InputError.inHeader("Idempotency-Key",
				InputCode.MALFORMED_HEADER, "must be given once, with 1 to 255 visible ASCII characters")));
	}

}
