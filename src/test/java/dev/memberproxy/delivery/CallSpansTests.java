package dev.memberproxy.delivery;

import io.micrometer.tracing.Span;
import io.micrometer.tracing.Tracer;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;

class CallSpansTests {

	@Test
	void withinWhenCallThrowsEndsTheSpan() {
		Span span = mock(Span.class);
		IllegalStateException fault = new IllegalStateException("A fault of this service");
		assertThatIllegalStateException().isThrownBy(() -> new CallSpans(Tracer.NOOP, "default").within(span, () -> {
			throw fault;
		})).isSameAs(fault);
		verify(span).error(fault);
		verify(span).end();
	}

}
