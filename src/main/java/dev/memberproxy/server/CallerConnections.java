package dev.memberproxy.server;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import org.apache.catalina.connector.Connector;
import org.apache.coyote.AbstractProtocol;

import org.springframework.boot.tomcat.TomcatConnectorCustomizer;

/**
 * Counts the connections of callers. Micrometer's meters of Tomcat's connections read
 * MBeans, and with those enabled Tomcat registers one for each connection.
 */
final class CallerConnections implements TomcatConnectorCustomizer {

	private final MeterRegistry meterRegistry;

	CallerConnections(MeterRegistry meterRegistry) {
		this.meterRegistry = meterRegistry;
	}

	@Override
	public void customize(Connector connector) {
		AbstractProtocol<?> protocol = (AbstractProtocol<?>) connector.getProtocolHandler();
		Gauge.builder("members.connections", protocol, AbstractProtocol::getConnectionCount)
			.description("Open connections of callers, idle ones included")
			.register(this.meterRegistry);
		Gauge.builder("members.connections.limit", protocol, AbstractProtocol::getMaxConnections)
			.description("How many connections of callers can be open at the same time")
			.register(this.meterRegistry);
	}

}
