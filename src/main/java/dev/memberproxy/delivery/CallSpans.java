package dev.memberproxy.delivery;

import java.util.function.Supplier;

import dev.memberproxy.sentry.Answer;
import dev.memberproxy.sentry.Failure;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.Tracer;

/**
 * The spans of calls to one organization's Sentry. None holds an address or an id: not
 * even the path of the call is told.
 *
 * @param tracer makes spans, or does nothing
 * @param organization the alias of the organization
 */
record CallSpans(Tracer tracer, String organization) {

	/**
	 * Begins the span of one call.
	 * @param call the call
	 * @param attempt how many calls the request has led to, this one included
	 * @return the span, to be ended
	 */
	Span begin(Call<?> call, int attempt) {
		return this.tracer.nextSpan()
			.name("sentry " + call.method().name())
			.tag("organization", this.organization)
			.tag("attempt", attempt)
			.start();
	}

	/**
	 * Makes a call, and ends its span whatever becomes of it.
	 * @param <T> what the call is after
	 * @param span the span
	 * @param call makes the call
	 * @return what came of it
	 */
	<T> Answer<T> within(Span span, Supplier<Answer<T>> call) {
		try {
			Answer<T> answer = call.get();
			tag(span, answer);
			return answer;
		}
		catch (RuntimeException | Error ex) {
			span.error(ex);
			throw ex;
		}
		finally {
			span.end();
		}
	}

	private static void tag(Span span, Answer<?> answer) {
		switch (answer) {
			case Answer.Success<?> _ -> span.tag("outcome", "success");
			case Answer.Failed<?>(Failure failure) -> {
				span.tag("outcome", failure.getClass().getSimpleName());
				if (failure.status() != null) {
					span.tag("status", failure.status());
				}
			}
		}
	}

}
