package dev.memberproxy.sentry;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.zip.GZIPInputStream;

import dev.memberproxy.core.ByteLimit;
import dev.memberproxy.organizations.Organization;
import dev.memberproxy.organizations.SecretToken;
import dev.memberproxy.sentry.Failure.Ambiguous;
import dev.memberproxy.sentry.Failure.AmbiguousReason;
import dev.memberproxy.sentry.Failure.NotProcessed;

import org.springframework.core.NestedExceptionUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.stereotype.Component;
import org.springframework.web.client.ResourceAccessException;
import org.springframework.web.client.RestClient.RequestBodySpec;

/**
 * Sends requests to Sentry's SCIM Users API: each exactly once, and built from nothing,
 * so that no header of a caller's reaches Sentry.
 */
@Component
public final class SentryGateway implements AutoCloseable {

	private final SentryHttpClients clients;

	private final ScheduledThreadPoolExecutor timers = new ScheduledThreadPoolExecutor(1,
			Thread.ofPlatform().daemon().name("attempt-timeouts").factory());

	SentryGateway(SentryHttpClients clients) {
		this.clients = clients;
		this.timers.setRemoveOnCancelPolicy(true);
	}

	/**
	 * Sends a request once.
	 * @param <T> what a successful response contains
	 * @param limit the time for the attempt as a whole; the organization's time-outs
	 * apply within it
	 * @return the meaning of the response, or of its absence
	 */
	public <T> SentryResult<T> send(Organization organization, SecretToken token, SentryRequest<T> request,
			Duration limit, AttemptListener listener) {
		try (Attempt attempt = new Attempt(limit, organization.timeouts().read(), listener, this.timers)) {
			SentryResult<T> result = ScopedValue.where(Attempt.CURRENT, attempt)
				.call(() -> exchange(organization, token, request, attempt));
			if (result.showsAcceptedToken()) {
				organization.token().accepted(token);
			}
			return result;
		}
	}

	private <T> SentryResult<T> exchange(Organization organization, SecretToken token, SentryRequest<T> request,
			Attempt attempt) {
		RequestBodySpec spec = this.clients.get(organization)
			.method(request.method())
			.uri(URI.create(this.clients.users(organization) + request.path()))
			.headers((headers) -> headers.setBearerAuth(token.reveal()));
		byte[] body = request.body();
		if (body != null) {
			spec.contentType(MediaType.APPLICATION_JSON).body(body);
		}
		try {
			return Objects.requireNonNull(spec.exchange((_, response) -> read(response, request, attempt)));
		}
		catch (ResourceAccessException ex) {
			return new SentryResult.Failed<>(withoutResponse(attempt, ex));
		}
		catch (IllegalStateException ex) {
			// HttpClient throws this for a request that was cancelled between two steps.
			if (!attempt.isExpired()) {
				throw ex;
			}
			return new SentryResult.Failed<>(withoutResponse(attempt, ex));
		}
	}

	private <T> SentryResult<T> read(ClientHttpResponse response, SentryRequest<T> request, Attempt attempt)
			throws IOException {
		attempt.received(response.getStatusCode().value(), RateLimits.of(response.getHeaders(), Instant.now()));
		RawResponse raw = readBody(response, request.type().responseLimit(), attempt);
		if (!raw.complete() && attempt.isExpired()) {
			return new SentryResult.Failed<>(
					Ambiguous.timedOut("The response did not arrive completely in time.", attempt.isCutShort()));
		}
		return request.reader().apply(raw);
	}

	private RawResponse readBody(ClientHttpResponse response, ByteLimit limit, Attempt attempt) throws IOException {
		int status = response.getStatusCode().value();
		try {
			byte[] bytes = limit.read(decoded(response));
			boolean complete = !limit.isExceededBy(bytes);
			if (!complete) {
				// Closing the response would read the rest of it first.
				attempt.cancel();
			}
			return new RawResponse(status, response.getHeaders(), bytes, complete, Instant.now());
		}
		catch (IOException ex) {
			// The status alone may have a meaning.
			return new RawResponse(status, response.getHeaders(), new byte[0], false, Instant.now());
		}
	}

	/** Not requested, but a proxy in front of Sentry may compress nevertheless. */
	private static InputStream decoded(ClientHttpResponse response) throws IOException {
		String coding = response.getHeaders().getFirst(HttpHeaders.CONTENT_ENCODING);
		return (coding != null && coding.toLowerCase(Locale.ROOT).endsWith("gzip"))
				? new GZIPInputStream(response.getBody()) : response.getBody();
	}

	/**
	 * The only place that decides whether anything was sent: by the phase that the
	 * attempt had reached, never by the kind of exception.
	 */
	private Failure withoutResponse(Attempt attempt, RuntimeException ex) {
		Throwable cause = NestedExceptionUtils.getMostSpecificCause(ex);
		if (attempt.isWithdrawn()) {
			return NotProcessed
				.notSent("The deadline passed, or the right to send was lost, before the request was sent.", true);
		}
		if (!attempt.isSent()) {
			return NotProcessed.notSent("No connection to Sentry: " + cause + this.clients.connectionHint(),
					attempt.isCutShort());
		}
		// The message of the exception may contain what was received.
		return attempt.isExpired() ? Ambiguous.timedOut("Sentry did not respond in time.", attempt.isCutShort())
				: Ambiguous.of(AmbiguousReason.UNCLEAR, null,
						"The connection to Sentry broke: " + cause.getClass().getSimpleName());
	}

	@Override
	public void close() {
		this.timers.shutdownNow();
	}

}
