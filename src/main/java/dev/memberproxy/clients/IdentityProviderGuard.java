package dev.memberproxy.clients;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

import io.github.bucket4j.Bucket;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;

import org.springframework.http.HttpRequest;
import org.springframework.http.client.ClientHttpRequestExecution;
import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.http.client.ClientHttpResponse;

/**
 * Holds calls to the identity provider back. While it does not answer, callers would wait
 * for it one after the other; and a token with an invented key id, which anybody can
 * make, would be one more call each time.
 */
final class IdentityProviderGuard implements ClientHttpRequestInterceptor {

	/** How long it is left in peace after a call that failed. */
	static final Duration PEACE = Duration.ofSeconds(10);

	private static final int CALLS_PER_MINUTE = 10;

	private final CircuitBreaker breaker;

	private final Bucket quota = Bucket.builder()
		.addLimit((limit) -> limit.capacity(CALLS_PER_MINUTE).refillGreedy(CALLS_PER_MINUTE, Duration.ofMinutes(1)))
		.build();

	/**
	 * @param clock the clock
	 */
	IdentityProviderGuard(Clock clock) {
		this.breaker = CircuitBreaker.of("identity-provider",
				CircuitBreakerConfig.custom()
					.slidingWindowSize(1)
					.minimumNumberOfCalls(1)
					.permittedNumberOfCallsInHalfOpenState(1)
					.waitDurationInOpenState(PEACE)
					.recordResult(Boolean.FALSE::equals)
					.clock(clock)
					.build());
	}

	@Override
	public ClientHttpResponse intercept(HttpRequest request, byte[] body, ClientHttpRequestExecution execution)
			throws IOException {
		if (!this.breaker.tryAcquirePermission()) {
			throw new IOException("It did not answer of late, and is left in peace");
		}
		if (!this.quota.tryConsume(1)) {
			this.breaker.releasePermission();
			throw new IOException("It was asked " + CALLS_PER_MINUTE + " times in a minute");
		}
		boolean answered = false;
		try {
			ClientHttpResponse response = readWhole(execution.execute(request, body));
			answered = true;
			return response;
		}
		finally {
			this.breaker.onResult(0, TimeUnit.NANOSECONDS, answered);
		}
	}

	/** What breaks off in the middle is no answer. The body is kept by the response. */
	private static ClientHttpResponse readWhole(ClientHttpResponse response) throws IOException {
		try {
			response.getBody();
			return response;
		}
		catch (IOException ex) {
			response.close();
			throw ex;
		}
	}

}
