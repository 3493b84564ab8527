package dev.memberproxy.audit;

import java.util.Map;

import dev.memberproxy.core.Digests;
import dev.memberproxy.core.EmailAddress;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.slf4j.spi.LoggingEventBuilder;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.stereotype.Component;

/**
 * Writes one line for each request to the logger {@code audit}: as readable text, and
 * with a field for each value where logs are structured. No value contains a blank or a
 * control character.
 */
@Component
@EnableConfigurationProperties(AuditLog.AuditProperties.class)
public final class AuditLog {

	private static final Logger audit = LoggerFactory.getLogger("audit");

	private static final Logger logger = LoggerFactory.getLogger(AuditLog.class);

	/** The MDC key that Micrometer uses where spans are made. */
	static final String TRACE_ID_KEY = "traceId";

	private static final String PREFIX = "audit.";

	private final AuditProperties properties;

	private final Counter failures;

	private final MeterProvider<Counter> requests;

	AuditLog(AuditProperties properties, MeterRegistry meterRegistry) {
		this.properties = properties;
		this.failures = Counter.builder("members.audit.failures")
			.description("Audit lines that could not be written")
			.register(meterRegistry);
		this.requests = Counter.builder("members.requests")
			.description("Requests and items of batches, by outcome")
			.withRegistry(meterRegistry);
	}

	/**
	 * Writes the line of a record and counts the request. Never fails: the response must
	 * not depend on it.
	 * @param auditRecord the complete record
	 */
	public void write(AuditRecord auditRecord) {
		try {
			this.requests.withTags(tags(auditRecord)).increment();
			LoggingEventBuilder event = audit.atInfo();
			StringBuilder line = new StringBuilder();
			for (Map.Entry<AuditField, Object> entry : auditRecord.values().entrySet()) {
				String key = entry.getKey().key();
				Object value = (entry.getValue() instanceof EmailAddress address)
						? this.properties.address().format(address) : entry.getValue();
				event = event.addKeyValue(PREFIX + key, value);
				line.append(line.isEmpty() ? "" : " ").append(key).append('=').append(value);
			}
			log(event, line.toString(), auditRecord.traceId());
		}
		catch (RuntimeException ex) {
			this.failures.increment();
			logger.error("The audit line of request {} could not be written", auditRecord.requestId(), ex);
		}
	}

	/** Each value is one of few: clients are those of the configuration. */
	private static Tags tags(AuditRecord auditRecord) {
		return Tags.of("operation", tag(auditRecord, AuditField.OPERATION), "outcome",
				tag(auditRecord, AuditField.OUTCOME), "problem", tag(auditRecord, AuditField.PROBLEM), "client",
				tag(auditRecord, AuditField.CLIENT));
	}

	private static String tag(AuditRecord auditRecord, AuditField field) {
		Object value = auditRecord.get(field);
		return (value != null) ? value.toString() : "none";
	}

	/** The span of the request has ended and removed its trace id from the MDC. */
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

	/**
	 * Settings of the audit log.
	 *
	 * @param address how audit lines show the address of a member
	 */
	@ConfigurationProperties("members.audit")
	record AuditProperties(@DefaultValue("full") AddressForm address) {

		/** How audit lines show an address. */
		enum AddressForm {

			/** The address itself. */
			FULL,

			/** The first letter and the domain. */
			MASKED,

			/** The SHA-256 digest: equal for the same address, but not a secret. */
			HASHED;

			String format(EmailAddress address) {
				return switch (this) {
					case FULL -> address.value();
					case MASKED -> address.value().charAt(0) + address.toString();
					case HASHED -> Digests.sha256Hex(address.value());
				};
			}

		}

	}

}
