package dev.memberproxy.channel;

import java.util.function.Supplier;

import dev.memberproxy.core.Ids;
import dev.memberproxy.sentry.Failure;
import dev.memberproxy.sentry.SentryRequest;
import dev.memberproxy.sentry.SentryResult;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.Tracer;

/**
 * The spans of the requests to one organization's Sentry. None contains an address, an id
 * or a path.
 *
 * @param tracer makes spans, or does nothing
 * @param organization the alias of the organization
 */
record AttemptSpans(Tracer tracer, String organization) {

	/**
	 * Sends a request in a span of its own.
	 * @param <T> what a successful response contains
	 * @param request the request
	 * @param attempt the number of the attempt, from 1
	 * @param sender sends the request
	 * @return the result
	 */
	<T> SentryResult<T> record(SentryRequest<T> request, int attempt, Supplier<SentryResult<T>> sender) {
		Span span = this.tracer.nextSpan()
			.name("sentry " + request.method().name())
			.tag("organization", this.organization)
			.tag("attempt", attempt)
			.start();
		try {
			SentryResult<T> result = sender.get();
			tag(span, result);
			return result;
		}
		catch (RuntimeException | Error ex) {
			span.error(ex);
			throw ex;
		}
		finally {
			span.end();
		}
	}

	private static void tag(Span span, SentryResult<?> result) {
		if (!(result instanceof SentryResult.Failed<?>(Failure failure))) {
			span.tag("outcome", "success");
			return;
		}
		span.tag("outcome", switch (failure) {
			case Failure.Refusal refusal -> Ids.kebab(refusal.reason());
			case Failure.NotProcessed notProcessed -> Ids.kebab(notProcessed.reason());
			case Failure.Ambiguous ambiguous -> Ids.kebab(ambiguous.reason());
		});
		if (failure.status() != null) {
			span.tag("status", failure.status());
		}
	}

}
