package dev.memberproxy.clients;

import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;

import dev.memberproxy.MutableClock;
import org.junit.jupiter.api.Test;

import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.client.ClientHttpRequestExecution;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.mock.http.client.MockClientHttpRequest;
import org.springframework.mock.http.client.MockClientHttpResponse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

class IdentityProviderGuardTests {

	private static final ClientHttpRequestExecution HANGS = (_, _) -> {
		throw new SocketTimeoutException("Read timed out");
	};

	private static final ClientHttpRequestExecution BREAKS_OFF = (_, _) -> new MockClientHttpResponse(new byte[0],
			HttpStatus.OK) {

		@Override
		public InputStream getBody() throws IOException {
			throw new SocketTimeoutException("Read timed out");
		}

	};

	private static final ClientHttpRequestExecution ANSWERS = (_, _) -> new MockClientHttpResponse(new byte[0],
			HttpStatus.NOT_FOUND);

	private final MutableClock clock = new MutableClock();

	private final IdentityProviderGuard guard = new IdentityProviderGuard(this.clock);

	@Test
	void interceptWhenCallFailedLetsNoneGoForTenSeconds() throws IOException {
		assertFails(HANGS);
		this.clock.pass(Duration.ofSeconds(10));
		assertHeldBack();
		this.clock.pass(Duration.ofMillis(1));
		assertAnswered();
		assertAnswered();
	}

	@Test
	void interceptWhenTrialFailsLetsNoneGoForTenSecondsMore() throws IOException {
		assertFails(HANGS);
		this.clock.pass(Duration.ofSeconds(11));
		assertFails(HANGS);
		this.clock.pass(Duration.ofSeconds(10));
		assertHeldBack();
		this.clock.pass(Duration.ofMillis(1));
		assertAnswered();
	}

	@Test
	void interceptWhenAnswerBreaksOffLetsNoneGo() {
		assertFails(BREAKS_OFF);
		assertHeldBack();
	}

	@Test
	void interceptWhenCallEndsInAFaultLetsNoneGo() {
		assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> call((_, _) -> {
			throw new IllegalStateException("test");
		}));
		assertHeldBack();
	}

	@Test
	void interceptWhenTenCallsWentInAMinuteLetsNoMoreGo() throws IOException {
		for (int i = 0; i < 10; i++) {
			assertAnswered();
		}
		assertHeldBack();
	}

	@Test
	void interceptWhenHeldBackDoesNotCountAsCall() throws IOException {
		assertFails(HANGS);
		for (int i = 0; i < 100; i++) {
			assertHeldBack();
		}
		this.clock.pass(Duration.ofSeconds(11));
		for (int i = 0; i < 9; i++) {
			assertAnswered();
		}
	}

	private void assertAnswered() throws IOException {
		assertThat(call(ANSWERS).getStatusCode()).isEqualTo(HttpStatus.NOT_FOUND);
	}

	private void assertFails(ClientHttpRequestExecution execution) {
		assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(() -> call(execution));
	}

	private void assertHeldBack() {
		assertThatIOException().isThrownBy(() -> call((_, _) -> {
			throw new AssertionError("It was called");
		}));
	}

	private ClientHttpResponse call(ClientHttpRequestExecution execution) throws IOException {
		return this.guard.intercept(new MockClientHttpRequest(HttpMethod.GET, URI.create("https://id.example.com")),
				new byte[0], execution);
	}

}
