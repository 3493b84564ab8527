package dev.memberproxy.audit;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Writes one line for each request to the logger {@code audit}: readable as it is, and
 * with every fact as a field of its own where logs are structured. No value in it can
 * hold a blank or a control character.
 */
public final class AuditLog {

	private static final Logger audit = LoggerFactory.getLogger("audit");

	private static final Logger logger = LoggerFactory.getLogger(AuditLog.class);

	/** As Micrometer names it, where spans are made. */
	static final String TRACE_ID_KEY = "traceId";

	private static final String PREFIX = "audit.";

	/** In characters. */
	private static final int USUAL_LENGTH = 320;

	private final AddressForm addressForm;

	private final Counter failures;

	private final MeterProvider<Counter> requests;

	/** What the registry would have to search for with each request. */
	private final Map<AuditRecord.Ending, Counter> requestsByEnding = new ConcurrentHashMap<>();

	AuditLog(AddressForm addressForm, MeterRegistry meterRegistry) {
		this.addressForm = addressForm;
		this.failures = Counter.builder("members.audit.failures")
			.description("Audit lines that could not be written")
			.register(meterRegistry);
		this.requests = Counter.builder("members.requests")
			.description("Requests and items of batches, by what came of them")
			.withRegistry(meterRegistry);
	}

	/**
	 * Writes the line, and counts. Never fails: the caller's answer must not depend on
	 * it.
	 * @param trail what is known of the request
	 */
	public void write(AuditRecord trail) {
		try {
			this.requestsByEnding.computeIfAbsent(trail.ending(), (ending) -> this.requests.withTags(ending.tags()))
				.increment();
			Map<String, Object> facts = trail.facts(this.addressForm, System.nanoTime());
			LoggingEventBuilder event = audit.atInfo();
			StringBuilder line = new StringBuilder(USUAL_LENGTH);
			for (Map.Entry<String, Object> fact : facts.entrySet()) {
				event = event.addKeyValue(PREFIX + fact.getKey(), fact.getValue());
				line.append(line.isEmpty() ? "" : " ").append(fact.getKey()).append('=').append(fact.getValue());
			}
			log(event, line.toString(), trail.traceId());
		}
		catch (RuntimeException ex) {
			this.failures.increment();
			logger.error("The audit line of request {} could not be written", trail.requestId(), ex);
		}
	}

	/**
	 * The span of the request has ended, and with it what the other lines got from it.
	 */
	private static void log(LoggingEventBuilder event, String line, @Nullable String traceId) {
		String outer = MDC.get(TRACE_ID_KEY);
		put(traceId);
		try {
			event.log(line);
		}
		finally {
			put(outer);
		}
	}

	private static void put(@Nullable String traceId) {
		if (traceId != null) {
			MDC.put(TRACE_ID_KEY, traceId);
		}
		else {
			MDC.remove(TRACE_ID_KEY);
		}
	}

}
