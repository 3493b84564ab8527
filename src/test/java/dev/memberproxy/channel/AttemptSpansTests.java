package dev.memberproxy.channel;

import dev.memberproxy.sentry.SentryRequest;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.Tracer;
import org.junit.jupiter.api.Test;
import org.mockito.Answers;

import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

class AttemptSpansTests {

	@Test
	void recordWhenSenderThrowsEndsTheSpan() {
		Span span = mock(Span.class, Answers.RETURNS_SELF);
		Tracer tracer = mock(Tracer.class);
		when(tracer.nextSpan()).thenReturn(span);
		IllegalStateException fault = new IllegalStateException("A fault of this service");
		assertThatIllegalStateException()
			.isThrownBy(() -> new AttemptSpans(tracer, "default").record(SentryRequest.list(1, 1), 1, () -> {
				throw fault;
			}))
			.isSameAs(fault);
		verify(span).error(fault);
		verify(span).end();
	}

}
