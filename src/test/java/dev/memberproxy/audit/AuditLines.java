package dev.memberproxy.audit;

import java.util.List;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.LoggerFactory;

/** Collects the audit lines of a test. */
public final class AuditLines implements BeforeEachCallback, AfterEachCallback {

	private final Logger audit = (Logger) LoggerFactory.getLogger("audit");

	private final ListAppender<ILoggingEvent> appender = new ListAppender<>();

	@Override
	public void beforeEach(ExtensionContext context) {
		this.appender.list.clear();
		this.appender.start();
		this.audit.addAppender(this.appender);
	}

	@Override
	public void afterEach(ExtensionContext context) {
		this.audit.detachAppender(this.appender);
	}

	/**
	 * The lines so far.
	 * @return the list that grows with each line
	 */
	public List<ILoggingEvent> list() {
		return this.appender.list;
	}

}
